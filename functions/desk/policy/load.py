"""From the text of `policy.toml` to a `Policy`, or to every fault in it at once. It reads one file and writes none."""

from __future__ import annotations

import re
import tomllib
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desk.calendar import Calendar, parse_hours, parse_week
from desk.policy.agreement import check
from desk.policy.faults import Fault, Faults, PolicyFaults
from desk.policy.keys import POLICY
from desk.policy.model import (
    Acknowledgement,
    Budget,
    Caps,
    Cases,
    Customers,
    Handle,
    Incidents,
    Level,
    Policy,
    Polling,
    Priority,
    Reach,
    Reports,
    Response,
    Retention,
    Route,
    Search,
    Target,
    Team,
    Topic,
    Voice,
    Words,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    Values = Mapping[str, Any]

_VERSION_DIGITS = 12
_TOML_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")


def load(path: str | PathLike[str]) -> Policy:
    """Read the policy in a file. Raises PolicyFaults naming everything to mend; OSError if there is no such file."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except UnicodeDecodeError as fault:
        raise PolicyFaults((Fault("", f"is not UTF-8 text: {fault}"),)) from fault
    return parse(text)


def parse(text: str, *, is_running: bool = True) -> Policy:
    """Read a policy from its text; the same text gives an equal policy with the same version.

    `is_running` False: it ran once, under the rules of its time. What its values must agree on by today's is not asked
    then, and keys that are newer have their defaults. Raises PolicyFaults naming everything to mend at once: form,
    names, agreement, X's limits.
    """
    faults = Faults()
    values = POLICY.read(_toml(text), "", faults) or {}
    if is_running:
        check(values, faults)
    if faults:
        raise PolicyFaults(faults.located(text))
    return _policy(values, text)


def version(text: str) -> str:
    """Give the version of a policy: the first 12 hex digits of the SHA-256 of its text."""
    return sha256(text.encode()).hexdigest()[:_VERSION_DIGITS]


def _toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        place = _TOML_PLACE.search(str(fault))
        raise PolicyFaults((Fault("", f"is not TOML: {fault}", int(place[1]) if place else None),)) from fault


def _policy(values: Values, text: str) -> Policy:
    brand = values["brand"]
    calendars = {raw["name"]: _calendar(raw, brand["time_zone"]) for raw in values["calendars"]}
    return Policy(
        version=version(text),
        text=text,
        brand=brand["name"],
        time_zone=brand["time_zone"],
        languages=tuple(brand["languages"]),
        handles=tuple(Handle(**_with_tuples(raw)) for raw in values["handles"]),
        searches=tuple(Search(**_with_tuples(raw)) for raw in values["searches"]),
        polling=Polling(**_with_tuples(values["polling"])),
        teams={raw["name"]: _team(raw, calendars) for raw in values["teams"]},
        default_team=brand["default_team"],
        sales_team=brand["sales_team"],
        routes=tuple(Route(raw["team"], *_sets(raw, "categories", "topics", "languages")) for raw in values["routes"]),
        topics=tuple(Topic(raw["name"], _by_language(raw["terms"]), raw["urgent"]) for raw in values["topics"]),
        words=Words({name: _by_language(terms) for name, terms in values["words"].items()}),
        weights=values["tone"]["weights"],
        engine=values["tone"]["engine"],
        competitors=tuple(brand["competitors"]),
        personal_data_patterns=tuple(map(re.compile, brand["reference_patterns"])),
        responses=tuple(map(_response, values["responses"])),
        acknowledgement=Acknowledgement(**values["acknowledgement"]),
        voice=Voice(**_with_tuples(values["voice"])),
        caps=Caps(**values["caps"]),
        budget=Budget(**values["budget"]),
        cases=Cases(**values["cases"]),
        customers=Customers(**values["customers"]),
        reach=Reach(**_with_tuples(values["reach"])),
        incidents=Incidents(**_with_tuples(values["incidents"])),
        reports=Reports(**_with_tuples(values["reports"])),
        retention=Retention(**values["retention"]),
    )


def _calendar(raw: Values, brand_time_zone: str) -> Calendar:
    holidays = raw["holidays"] or {}
    return Calendar(
        name=raw["name"],
        time_zone=raw["time_zone"] or brand_time_zone,
        weekly=() if raw["always_open"] else parse_week(raw["hours"]),
        country=holidays.get("country"),
        subdivision=holidays.get("subdivision"),
        exceptions={entry["date"]: parse_hours(entry["hours"]) for entry in raw["exceptions"]},
        always_open=raw["always_open"],
    )


def _team(raw: Values, calendars: Mapping[str, Calendar]) -> Team:
    return Team(
        name=raw["name"],
        title=raw["title"],
        calendar=calendars[raw["calendar"]],
        emails=tuple(raw["emails"]),
        targets={priority: Target(**raw["targets"][priority]) for priority in Priority},
        warn_at_share=raw["warn_at_share"],
        escalation=tuple(Level(**_with_tuples(level)) for level in raw["escalation"]),
    )


def _response(raw: Values) -> Response:
    return Response(
        name=raw["name"],
        purpose=raw["purpose"],
        categories=frozenset(raw["categories"]),
        topics=frozenset(raw["topics"]),
        texts=_by_language(raw["texts"]),
        link=raw["link"],
    )


def _by_language(terms: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {language: tuple(values) for language, values in terms.items()}


def _sets(raw: Values, *keys: str) -> list[frozenset[Any]]:
    return [frozenset(raw[key]) for key in keys]


def _with_tuples(raw: Values) -> dict[str, Any]:
    """Freeze the lists of a table, so that no reader of the policy can change it."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()}
