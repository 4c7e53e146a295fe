"""What is played: mentions that come while nobody polls, laid out one scene after the other on one calendar. Pure.

Everything is made up and the same on every run: who writes, what, and when.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import tomlkit

from desk.policy import Policy, parse
from local.script import Line, Person, Script

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

SET_UP_AT = int(datetime(2026, 3, 2, 8, tzinfo=UTC).timestamp())
"""A Monday morning: the desk is set up here and listens from here on."""

MINUTE = 60
_HOUR = 60 * MINUTE
DAY = 24 * _HOUR
_SETTLING_SECONDS = 4 * _HOUR
"""From the end of a scene to the next one: the desk reads on for some of it."""

FIRST_POLL, CRASH, KILLS = "first-poll", "crash", "kills"
"""Keys of the parts that are not simply played."""

_HANDLE = "PebblewingHelp"
_FIRST_CUSTOMER = 710_000
_POSTS_A_CUSTOMER = 10
"""One customer in so many posts writes twice in a row."""

_MUCH_USD = 100_000
_TEXTS = (
    "my suitcase did not arrive, belt {} stands still, whom can I ask?",
    "I have been on hold for {} minutes, is anybody there?",
    "the app shows an error {} when I check in, how do I get my boarding pass?",
    "flight {} is late again, will we make the connection?",
    "you charged me {} euros twice, please give me one of them back",
    "where do I find the form for a refund? I looked on {} pages",
    "can I take {} bags on board?",
    "row {} was broken for the whole flight, this is not acceptable",
)


@dataclass(frozen=True, slots=True)
class Part:
    """So many mentions, evenly over some seconds, under a key of its own and a name for people."""

    key: str
    name: str
    mentions: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Scene:
    """A part on the calendar: its mentions come after `begins_at` and before `ends_at` (UTC epoch seconds)."""

    part: Part
    begins_at: int
    ends_at: int

    @property
    def is_history(self) -> bool:
        """It was over before the desk was set up: none of it may be read."""
        return self.ends_at <= SET_UP_AT


def plan(mentions: int) -> tuple[Part, ...]:
    """Plan the whole play around a burst of so many mentions; it comes last, for its cases stay open.

    The silences and the kills bring a fifth and a twentieth of it each, as does the time before the desk.
    """
    return (
        Part(FIRST_POLL, "a first poll, old mentions", mentions // 20, 3 * DAY),
        Part(CRASH, "a poll killed half-way", 90, MINUTE),
        Part(KILLS, "workers killed all the time", mentions // 20, 10 * MINUTE),
        Part("silent-day", "a day without polling", mentions // 5, DAY),
        Part("silent-week", "a week without polling", mentions // 5, 7 * DAY),
        Part("silent-8-days", "8 days without polling", mentions // 5, 8 * DAY),
        Part("burst", "between two polls", mentions, MINUTE),
    )


def lay_out(parts: Iterable[Part]) -> tuple[Scene, ...]:
    """Put parts on the calendar, one after the other; a first poll looks back from where the desk is set up."""
    laid_out: list[Scene] = []
    begins_at = SET_UP_AT + _SETTLING_SECONDS
    for part in parts:
        if part.key == FIRST_POLL:
            laid_out.append(Scene(part, SET_UP_AT - part.seconds, SET_UP_AT))
        else:
            laid_out.append(Scene(part, begins_at, begins_at + part.seconds))
            begins_at += part.seconds + _SETTLING_SECONDS
    return tuple(laid_out)


def script_of(played: Sequence[Scene], policy: Policy) -> Script:
    """Write the script of some scenes: own accounts as the policy names them, and a customer for most posts."""
    own = [Person(each.name, str(_FIRST_CUSTOMER - at - 1), f"token-{at}") for at, each in enumerate(policy.handles)]
    customers: dict[str, Person] = {}
    lines = []
    for line in _lines(played):
        customers.setdefault(line.author, Person(line.author, str(_FIRST_CUSTOMER + len(customers))))
        lines.append(line)
    return Script("bursts and silences", (*own, *customers.values()), tuple(lines))


def policy_of(shipped: Path, *, posts_a_day: int | None = None, share_of_posts: float | None = None) -> Policy:
    """Give the shipped policy with a budget that no scene reaches and, if wanted, other caps of automatic posts.

    What the desk does at the end of its budget is another matter than what X still gives. `share_of_posts`: the part of
    the caps that an incident's replies may use.
    """
    values = tomllib.loads(shipped.read_text(encoding="utf-8"))
    values["budget"] |= {"usd_per_day": _MUCH_USD, "usd_per_month": _MUCH_USD}
    if posts_a_day is not None:
        values["caps"] |= {"automatic_per_day": posts_a_day, "posts_per_15_minutes": 100}
    if share_of_posts is not None:
        values["incidents"]["share_of_posts"] = share_of_posts
    return parse(tomlkit.dumps(values))


def _lines(played: Sequence[Scene]) -> Iterator[Line]:
    for scene in played:
        apart = (scene.ends_at - scene.begins_at) / max(1, scene.part.mentions)
        for number in range(scene.part.mentions):
            yield Line(
                key=f"{scene.part.key}-{number}",
                author=_author(scene.part, number),
                at=scene.begins_at + (number + 0.5) * apart,
                text=f"@{_HANDLE} {_TEXTS[number % len(_TEXTS)].format(number + 2)}",
                language="en",
            )


def _author(part: Part, number: int) -> str:
    writes_again = number % _POSTS_A_CUSTOMER == _POSTS_A_CUSTOMER - 1
    return f"{part.key.replace('-', '')[-9:]}{number - writes_again}"
