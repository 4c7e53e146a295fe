"""What the template watches is what the functions emit: the local cloud turns no emitted metric into an alarm."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

from desk.errors import CredentialRefused, CreditsDepleted, Unavailable
from tests.tables import template

FUNCTIONS = Path(__file__).resolve().parents[2] / "functions"


def emitted() -> set[str]:
    """Names that the modules adding metrics know: a metric is named by a text, or by an error's own name."""
    names = {error.__name__ for error in (CredentialRefused, CreditsDepleted, Unavailable)}
    for path in FUNCTIONS.rglob("*.py"):
        tree = ast.parse(path.read_text())
        if any(isinstance(node, ast.Attribute) and node.attr == "add_metric" for node in ast.walk(tree)):
            constants = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
            names |= {value for value in constants if isinstance(value, str)}
    return names


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for each in value.values() for text in strings(each)]
    if isinstance(value, list):
        return [text for each in value for text in strings(each)]
    return [value] if isinstance(value, str) else []


def test_every_watched_metric_of_ours_is_emitted_somewhere():
    ours = {
        resource["Properties"]["MetricName"]
        for resource in template()["Resources"].values()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
        and "MetricsNamespace" in str(resource["Properties"].get("Namespace"))
    }
    assert ours
    assert ours <= emitted()


def test_every_metric_on_the_dashboard_is_emitted_somewhere():
    dashboards = [each for each in template()["Resources"].values() if each["Type"] == "AWS::CloudWatch::Dashboard"]
    body = " ".join(text for each in dashboards for text in strings(each))
    ours = set(re.findall(r'\$\{MetricsNamespace\}",\s*"(\w+)"', body))
    assert {"CasesOpened", "BreachesFound", "MentionsStored", "AcknowledgementsSent"} <= ours
    assert ours <= emitted()
