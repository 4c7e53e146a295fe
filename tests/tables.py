"""The two tables for in-process tests, made from the template itself, so that neither can drift from it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

TEMPLATE = Path(__file__).resolve().parent.parent / "infra" / "template.yaml"


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short tags as plain {"Fn::Tag": value} objects."""


def _tagged(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        return {suffix: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {suffix: loader.construct_sequence(node, deep=True)}
    return {suffix: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _tagged)


@cache
def template() -> dict[str, Any]:
    """The template as plain values, read once: nobody may change them."""
    return yaml.load(TEMPLATE.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a SafeLoader with our tags


def create_tables(client: Any) -> tuple[str, str]:
    """Create the Desk table and the ledger as the template declares them; gives their names."""
    resources = template()["Resources"]
    names = {"DeskTable": "desk", "LedgerTable": "ledger"}
    for logical, name in names.items():
        declared = resources[logical]["Properties"]
        request = {
            key: declared[key]
            for key in ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
            if key in declared
        }
        if "StreamSpecification" in declared:
            request["StreamSpecification"] = {"StreamEnabled": True, **declared["StreamSpecification"]}
        client.create_table(TableName=name, **request)
    return names["DeskTable"], names["LedgerTable"]
