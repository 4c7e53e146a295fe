"""`python -m mails`: makes functions/report/mails/NAME.html.j2 of each mails/NAME.mjml, or of none if one is wrong."""

from __future__ import annotations

import sys
from pathlib import Path

from mails.compiling import CompileError, compile_mail

SOURCES = Path(__file__).resolve().parent
TEMPLATES = SOURCES.parent / "functions" / "report" / "mails"
PARTS = SOURCES / "parts"


def compiled() -> dict[Path, str]:
    """Give the template of every mail by its path; raises CompileError that names the mail."""
    return {TEMPLATES / f"{source.stem}.html.j2": _compiled(source) for source in sorted(SOURCES.glob("*.mjml"))}


def _compiled(source: Path) -> str:
    try:
        template = compile_mail(source.read_text(encoding="utf-8"), part=_part)
    except CompileError as fault:
        raise CompileError(f"{source.name}: {fault}") from fault
    return f'{{# Made of mails/{source.name} by "make mails": change that. #}}\n{template}\n'


def _part(path: str) -> str:
    return (PARTS / path).read_text(encoding="utf-8")


def main() -> None:
    """Compile all, then write; a mistake in a source is told and ends with status 1."""
    try:
        templates = compiled()
    except CompileError as fault:
        sys.exit(str(fault))
    for path, template in templates.items():
        path.write_text(template, encoding="utf-8")


if __name__ == "__main__":
    main()
