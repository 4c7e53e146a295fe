"""A played outage: the sample day, and for two hours of it forty times as many mentions, about the same trouble.

Decides who writes what, and when: the same on every run. It knows nothing of what the desk makes of it.
"""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass, replace
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from local import sample_day
from local.script import Line, Person

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.script import Script

FILE = Path(__file__).with_suffix(".toml")

_MINUTE = 60
_HOURS_A_DAY = 24
_ZONE = ZoneInfo("Europe/Berlin")
_SEED = 11
_FIRST_CUSTOMER = 820_000
_HANDLE = "PebblewingHelp"


@dataclass(frozen=True, slots=True)
class Outage:
    """The script, and what must come of it: keys of posts, by what they are. Times are UTC epoch seconds.

    `reports` are about the outage, `dangers` must be answered as ever whatever they say of it, `others` are about
    something else.
    """

    script: Script
    begins_at: int
    ends_at: int
    reports: tuple[str, ...]
    dangers: tuple[str, ...]
    others: tuple[str, ...]

    def excerpt(self, *, before_seconds: int) -> Script:
        """Give the script from so long before the outage until its end."""
        begins = self.begins_at - before_seconds
        lines = tuple(line for line in self.script.lines if begins <= line.at <= self.ends_at)
        return replace(self.script, lines=lines, deletions=())


def outage(path: Path = FILE) -> Outage:
    """Give the sample day with its outage."""
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    day = sample_day.read()
    begins = int(datetime.combine(told["date"], time.fromisoformat(told["begins"]), _ZONE).timestamp())
    ends = begins + told["minutes"] * _MINUTE
    usual = sample_day.expected().mentions / _HOURS_A_DAY * told["minutes"] / 60
    reports = tuple(_reports(told, begins, round(usual * told["times_usual"])))
    beside = tuple(_beside(told, begins))
    lines = (*reports, *beside)
    people = tuple(Person(line.author, str(_FIRST_CUSTOMER + at)) for at, line in enumerate(lines))
    dangers = {f"beside-{each['key']}" for each in told["beside"] if each["is_danger"]}
    script = replace(
        day,
        title="an outage at Pebblewing",
        people=(*day.people, *people),
        lines=tuple(sorted((*day.lines, *lines), key=lambda line: line.at)),
    )
    return Outage(
        script=script,
        begins_at=begins,
        ends_at=ends,
        reports=tuple(line.key for line in reports),
        dangers=tuple(line.key for line in beside if line.key in dangers),
        others=tuple(line.key for line in beside if line.key not in dangers),
    )


def _reports(told: Mapping[str, Any], begins: int, count: int) -> Iterator[Line]:
    """Give the posts about the outage, slowly at first, no two of the same words."""
    chance = random.Random(_SEED)  # a play, no secret
    lull = told["lull_minutes"] * _MINUTE
    span = told["minutes"] * _MINUTE
    moments = sorted(chance.uniform(0, span) for _ in range(count))
    said: set[str] = set()
    for number, moment in enumerate(moments):
        waits = lull if moment < lull and number % 2 else 0  # half of those who would be first notice later
        language, text = _words(told, chance, said)
        called = f"@{_HANDLE} {text}" if chance.random() < told["share_by_name"] else f"{text} #Pebblewing"
        yield Line(f"outage-{number}", f"outage_{number}", begins + int(moment + waits), called, language=language)


def _words(told: Mapping[str, Any], chance: random.Random, said: set[str]) -> tuple[str, str]:
    texts = told["texts"]
    while True:
        (language,) = chance.choices(list(texts), [each["share"] for each in texts.values()])
        opening, trouble, end = (chance.choice(texts[language][part]) for part in ("openings", "troubles", "ends"))
        text = f"{opening} {trouble}{f'. {end}' if end else ''}".strip()
        if text not in said:
            said.add(text)
            return language, text


def _beside(told: Mapping[str, Any], begins: int) -> Iterator[Line]:
    for each in told["beside"]:
        key = f"beside-{each['key']}"
        author = key.replace("-", "_")
        yield Line(key, author, begins + each["at_minute"] * _MINUTE, each["text"], language=each["lang"])
