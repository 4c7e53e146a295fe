"""What the template declares, as far as it is counted: tables, handlers, schedules, alarms. It decides nothing."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.capacity import Schema
from tests.tables import template

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
FUNCTIONS = ROOT / "functions"

EVERY_MINUTE = "rate(1 minute)"


@cache
def schemas() -> dict[str, Schema]:
    """Give the two tables by the names that they have in benchmarks."""
    resources = template()["Resources"]
    logical = {"desk": "DeskTable", "ledger": "LedgerTable"}
    return {name: Schema.of(resources[each]["Properties"]) for name, each in logical.items()}


def handler_modules() -> tuple[str, ...]:
    """Give the modules that Lambda imports, each once, in the template's order."""
    handlers = [properties["Handler"] for properties in _properties("AWS::Serverless::Function")]
    return tuple(dict.fromkeys(handler.rpartition(".")[0] for handler in handlers))


def count(kind: str) -> int:
    """Count the resources of a type."""
    return sum(1 for _ in _properties(kind))


def minutely_schedules() -> int:
    """Count the schedules that run every minute."""
    schedules = _properties("AWS::Scheduler::Schedule")
    return sum(schedule["ScheduleExpression"] == EVERY_MINUTE for schedule in schedules)


def own_metrics() -> frozenset[str]:
    """Name the metrics that the functions' code adds under a literal name; each is billed as a metric of its own."""
    return frozenset(name for file in FUNCTIONS.rglob("*.py") for name in _added(file))


def _properties(kind: str) -> Iterator[dict[str, Any]]:
    return (each.get("Properties", {}) for each in template()["Resources"].values() if each["Type"] == kind)


def _added(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "add_metric":
            name = node.args[0]
            if isinstance(name, ast.Constant):
                yield str(name.value)
