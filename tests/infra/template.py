"""The template as tests read it: parsed once, its short forms of functions written out, its local-only branches chosen.

It decides nothing about the desk; it only answers what the template says.
"""

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from samtranslator.yaml_helper import yaml_parse

REPOSITORY = Path(__file__).resolve().parents[2]
TEMPLATE = REPOSITORY / "infra" / "template.yaml"

Properties = Mapping[str, Any]


@cache
def template() -> Mapping[str, Any]:
    """Return the whole template; `!GetAtt A.B` reads {"Fn::GetAtt": ["A", "B"]}, `!Sub x` {"Fn::Sub": "x"}."""
    return yaml_parse(TEMPLATE.read_text())


def resources(kind: str) -> dict[str, Properties]:
    """Return the properties of every resource of a type by logical id."""
    return {name: body["Properties"] for name, body in template()["Resources"].items() if body["Type"] == kind}


def functions() -> dict[str, Properties]:
    """Return every function with what the globals give it; its environment and log settings are merged."""
    common = template()["Globals"]["Function"]
    return {name: _merged(common, own) for name, own in resources("AWS::Serverless::Function").items()}


def variables(function: str) -> Mapping[str, Any]:
    """Return the environment of a function, the values as the template writes them."""
    return functions()[function]["Environment"]["Variables"]


def statements(function: str, *, local_mailer: bool = False) -> list[Properties]:
    """Return what the role of a function may do, as it stands in production or on the local stack."""
    return list(role_statements(role_of(function), local_mailer=local_mailer))


def role_of(function: str) -> str:
    """Return the logical id of a function's role."""
    return referred(functions()[function]["Role"])


def role_statements(role: str, *, local_mailer: bool = False) -> Iterator[Properties]:
    """Yield the statements of a role."""
    for policy in resources("AWS::IAM::Role")[role]["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            yield _chosen(statement, local_mailer=local_mailer)


def actions(statement: Properties) -> list[str]:
    """Return the actions of a statement as a list."""
    return _listed(statement["Action"])


def targets(statement: Properties) -> list[str]:
    """Return the resources of a statement as a list of strings: `DeskTable.Arn`, or what `!Sub` would fill in."""
    return [spelled(resource) for resource in _listed(statement["Resource"])]


def allowed_on(function: str, resource: str) -> set[str]:
    """Return the actions that a function may do on a resource, such as `DeskTable.Arn`."""
    return {action for one in statements(function) if resource in targets(one) for action in actions(one)}


def permits(function: str, action: str, partition: str) -> bool:
    """Return whether a function may do something in a partition of the ledger."""
    granted = [one for one in statements(function) if "LedgerInUse.Value" in targets(one) and action in actions(one)]
    return any(_takes(one.get("Condition", {}), partition) for one in granted)


def _takes(condition: Properties, partition: str) -> bool:
    """Judge a partition as `dynamodb:LeadingKeys` does (AWS, "Using IAM policy conditions", 2026-11)."""
    for operator, keys in condition.items():
        is_like = any(fnmatchcase(partition, each) for each in _listed(keys["dynamodb:LeadingKeys"]))
        if is_like != {"ForAllValues:StringLike": True, "ForAllValues:StringNotLike": False}[operator]:
            return False
    return True


def spelled(value: Any) -> str:
    """Return a value as one string; a reference as the name it refers to."""
    match value:
        case {"Fn::GetAtt": [name, attribute]}:
            return f"{name}.{attribute}"
        case {"Fn::Sub": text} | {"Ref": text}:
            return text
        case _:
            return str(value)


def referred(value: Any) -> str:
    """Return the logical id that a reference names."""
    return spelled(value).split(".")[0]


def filled(text: str) -> str:
    """Return a `!Sub` text with every place filled by the name that stands there."""
    return re.sub(r"\$\{([^}]+)\}", r"\1", text)


def name_of(in_use: str) -> Properties:
    """Return how the template gives the name of a table in use, such as that of `DeskInUse`, from its ARN."""
    return {"Fn::Select": [1, {"Fn::Split": ["/", {"Fn::GetAtt": [in_use, "Value"]}]}]}


def table_request(logical_id: str, name: str) -> dict[str, Any]:
    """Return the arguments of DynamoDB's CreateTable that make a table as the template has it."""
    properties = resources("AWS::DynamoDB::Table")[logical_id]
    taken = ("AttributeDefinitions", "BillingMode", "GlobalSecondaryIndexes", "KeySchema")
    request = {"TableName": name} | {key: properties[key] for key in taken if key in properties}
    if "StreamSpecification" in properties:
        request["StreamSpecification"] = {"StreamEnabled": True, **properties["StreamSpecification"]}
    return request


def _merged(common: Properties, own: Properties) -> Properties:
    nested = ("Environment", "LoggingConfig")
    deep = {key: dict(common.get(key, {})) | dict(own.get(key, {})) for key in nested}
    deep["Environment"] = {
        "Variables": common["Environment"]["Variables"] | own.get("Environment", {}).get("Variables", {})
    }
    return {**common, **own, **deep}


def _chosen(statement: Properties, *, local_mailer: bool) -> Properties:
    if "Fn::If" not in statement:
        return statement
    condition, local, real = statement["Fn::If"]
    assert condition == "UsesLocalMailer"
    return local if local_mailer else real


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
