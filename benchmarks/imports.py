"""What each function imports before it can work, and what its package weighs.

The package is built as `sam build` does it: the pinned libraries without byte code, and the functions' folder. Each
handler is imported in fresh interpreters, behind boto3 and the parts of Powertools that it uses. Times are of the
processor, so that what else the machine does is not in them.
"""

from __future__ import annotations

import compileall
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

from benchmarks.declared import FUNCTIONS, handler_modules
from benchmarks.outcome import Outcome, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

_ROUNDS = 7
_TOLD_OF = ("tweepy", "jinja2", "pydantic", "holidays", "msgspec")
_MEGABYTE = 1024 * 1024
_PROBE = """
import importlib, json, sys, time
def seconds(*names):
    started = time.process_time()
    for name in names:
        importlib.import_module(name)
    return time.process_time() - started
boto3 = seconds("boto3")
powertools = seconds(*sys.argv[2:])
own = seconds(sys.argv[1])
files = [module.__file__ for module in list(sys.modules.values()) if getattr(module, "__file__", None)]
print(json.dumps({"boto3": boto3, "powertools": powertools, "own": own, "modules": list(sys.modules), "files": files}))
"""


def run() -> Outcome:
    """Build the package, measure and lay out."""
    with TemporaryDirectory() as scratch:
        package = _built(Path(scratch) / "package")
        zipped = _zipped(package, Path(scratch) / "package.zip")
        as_built = _probed(package)
        compileall.compile_dir(package, quiet=2)
        compiled = _probed(package)
        sizes = {module: _used_bytes(found[0]["files"], package, zipped) for module, found in as_built.items()}
    times = {module: _times(as_built[module], compiled[module]) for module in as_built}
    libraries = {module: _told(found[0]["modules"]) for module, found in as_built.items()}
    figures = {
        "zip_bytes": sum(zipped.values()),
        "functions": {
            module: times[module] | {"libraries": libraries[module], "used_zip_bytes": sizes[module]}
            for module in times
        },
    }
    return Outcome((_of_imports(times, libraries), _of_sizes(zipped, sizes)), figures)


# ---- the package


def _built(package: Path) -> Path:
    requirements = FUNCTIONS / "requirements.txt"
    install = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile")
    _output([sys.executable, *install, "--target", str(package), "--requirement", str(requirements)])
    shutil.rmtree(package / "bin", ignore_errors=True)
    shutil.copytree(FUNCTIONS, package, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    return package


def _zipped(package: Path, archive: Path) -> dict[str, int]:
    """Zip the package as Lambda gets it, and give the bytes that each part at its top takes in there."""
    with ZipFile(archive, "w", ZIP_DEFLATED) as written:
        for file in sorted(package.rglob("*")):
            written.write(file, file.relative_to(package))
        parts: dict[str, int] = {}
        for entry in written.infolist():
            top = entry.filename.partition("/")[0]
            parts[top] = parts.get(top, 0) + entry.compress_size
    return parts


# ---- the imports


def _probed(package: Path) -> dict[str, list[dict[str, Any]]]:
    """Import every handler in fresh interpreters, in turn.

    A first round is not counted: it warms the machine's file cache and tells which parts of Powertools a handler uses.
    """
    parts = {module: _of_powertools(_probe(module, (), package)["modules"]) for module in handler_modules()}
    found: dict[str, list[dict[str, Any]]] = {module: [] for module in parts}
    for _ in range(_ROUNDS):
        for module, results in found.items():
            results.append(_probe(module, parts[module], package))
    return found


def _of_powertools(modules: list[str]) -> list[str]:
    return [name for name in modules if name.partition(".")[0] == "aws_lambda_powertools"]


def _probe(module: str, powertools: Iterable[str], package: Path) -> dict[str, Any]:
    environment = os.environ | {
        "PYTHONPATH": str(package),
        "POWERTOOLS_SERVICE_NAME": "benchmarks",
        "POWERTOOLS_METRICS_NAMESPACE": "MentionDesk",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    command = [sys.executable, "-B", "-c", _PROBE, module, *powertools]
    result: dict[str, Any] = json.loads(_output(command, env=environment, cwd=package))
    return result


def _output(command: list[str], **how: Any) -> str:
    """Run a command and give what it prints; what it complains of is shown only if it fails."""
    done: subprocess.CompletedProcess[str] = subprocess.run(command, check=False, capture_output=True, text=True, **how)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:4])} ...: {done.stderr}")
    return done.stdout


def _times(as_built: list[dict[str, Any]], compiled: list[dict[str, Any]]) -> dict[str, float]:
    return {
        "boto3_ms": median(each["boto3"] for each in compiled) * 1000,
        "powertools_ms": median(each["powertools"] for each in compiled) * 1000,
        "own_ms": median(each["own"] for each in compiled) * 1000,
        "as_built_ms": median(each["powertools"] + each["own"] for each in as_built) * 1000,
        "x_boto3": median(each["own"] / each["boto3"] for each in compiled),
        "x_boto3_with_powertools": median((each["powertools"] + each["own"]) / each["boto3"] for each in compiled),
        "x_boto3_as_built": median((each["powertools"] + each["own"]) / each["boto3"] for each in as_built),
    }


def _told(modules: list[str]) -> list[str]:
    return [library for library in _TOLD_OF if library in modules]


def _used_bytes(files: list[str], package: Path, zipped: dict[str, int]) -> int:
    """Give what of the package's zip a handler's imports touch, each part at the top counted whole."""
    root = package.resolve()
    inside = [Path(file).resolve() for file in files]
    tops = {file.relative_to(root).parts[0] for file in inside if file.is_relative_to(root)}
    return sum(zipped[top] for top in tops if top in zipped)


# ---- the tables


def _of_imports(times: dict[str, dict[str, float]], libraries: dict[str, list[str]]) -> Table:
    rows = [
        (
            module,
            f"{each['x_boto3']:.2f}",
            f"{each['x_boto3_with_powertools']:.2f}",
            f"{each['x_boto3_as_built']:.2f}",
            f"{each['own_ms']:.0f}",
            f"{each['powertools_ms']:.0f}",
            f"{each['as_built_ms']:.0f}",
            ", ".join(libraries[module]),
        )
        for module, each in times.items()
    ]
    boto3 = median(each["boto3_ms"] for each in times.values())
    notes = (
        f"The yardstick is `import boto3`, {boto3:.0f} ms of the processor here.",
        "'beyond both': the handler's own imports; 'beyond boto3': with the parts of Powertools that it uses.",
        "'without byte code': the package as sam build makes it, every source compiled at a cold start.",
        f"Medians of {_ROUNDS} fresh interpreters each. What is imported on first use only is not in it.",
    )
    columns = (
        "handler",
        "beyond both, x boto3",
        "beyond boto3, x boto3",
        "without byte code, x boto3",
        "beyond both, ms",
        "Powertools, ms",
        "without byte code, ms",
        "of these libraries",
    )
    return Table("Imports: what a cold start waits for", columns, rows, notes)


def _of_sizes(zipped: dict[str, int], sizes: dict[str, int]) -> Table:
    whole = sum(zipped.values())
    rows = [(module, f"{whole / _MEGABYTE:.2f}", f"{size / _MEGABYTE:.2f}") for module, size in sizes.items()]
    largest = sorted(zipped.items(), key=lambda part: -part[1])[:6]
    parts = ", ".join(f"{name} {size / _MEGABYTE:.2f}" for name, size in largest)
    notes = (
        f"All functions share one package. Its largest parts in MB: {parts}.",
        "'its own parts': the parts at the package's top that the handler imports when it starts, each counted whole.",
        f"Libraries of this machine: {sys.platform}, Python {sys.version_info.major}.{sys.version_info.minor}.",
    )
    return Table("Package: the zip of a function", ("function of", "zip, MB", "its own parts, MB"), rows, notes)
