"""Makes mails from the templates beside it, each as HTML and as plain text. It computes no figure.

Whatever comes from outside is escaped in HTML; a name that a template knows and the caller forgot is an error.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from report import wording
from report.mailer import Mail

_TEMPLATES = Path(__file__).resolve().parent / "mails"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    figures = (wording.duration, wording.limit, wording.percent, wording.count)
    for filter_ in (*figures, wording.moment, wording.words, wording.unbroken):
        environment.filters[filter_.__name__] = filter_
    return environment


def render(name: str, subject: str, **values: Any) -> Mail:
    """Make the mail `name` from its two templates."""
    html, text = (_environment().get_template(f"{name}.{kind}.j2") for kind in ("html", "txt"))
    return Mail(subject, html.render(subject=subject, **values), text.render(subject=subject, **values))
