"""What other systems are told by the webhook: one announcement for each fact, under an id of its own. Pure.

Whoever finds the fact writes the announcement down in the transaction in which the fact becomes true, so that none is
lost and none is made up; `webhook` sends it. It carries ids, figures and words of ours, never what a customer wrote.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - the codec reads the types at run time
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

_ID_DIGITS = 32


class Topic(StrEnum):
    """Groups of announcements that a deployment chooses from: the first word of a kind."""

    CASE = "case"
    SLA = "sla"
    INCIDENT = "incident"
    WEBHOOK = "webhook"


class Announcement(Struct, frozen=True):
    """One fact to tell.

    `kind`: its topic and what happened, such as `case.opened`. `at`: when it happened, `announced_at`: when the desk
    found it, both UTC epoch seconds. `headline`: one line for people, without a customer's words. `facts`: JSON values,
    the `data` of the payload; of a case under `case`, of an incident under `incident`. `customer_id`: whom it names, so
    that an erasure finds it. `tries`: attempts that failed.
    """

    announcement_id: str
    kind: str
    at: int
    announced_at: int
    headline: str
    facts: Mapping[str, Any]
    customer_id: str | None = None
    tries: int = 0

    @property
    def topic(self) -> Topic:
        """What it is about."""
        return Topic(self.kind.partition(".")[0])


def announcement_id(kind: str, subject: str, moment: object) -> str:
    """Give the id of a fact, the same whenever it is found: by its kind, whom it is about, and which time that was.

    It holds no full stop, which would make two signed contents alike (Standard Webhooks 1.0.0, "Signature scheme").
    """
    return f"evt_{sha256(f'{kind}|{subject}|{moment}'.encode()).hexdigest()[:_ID_DIGITS]}"


def read_topics(text: str) -> frozenset[Topic]:
    """Read the topics of a deployment's setting, `case,sla`; "" is none. Raises ValueError for one that is none."""
    return frozenset(Topic(name) for name in text.split(",") if name)


def chosen(announcements: Iterable[Announcement], topics: frozenset[Topic]) -> Iterable[Announcement]:
    """Give those that a deployment wants to be told."""
    return (each for each in announcements if each.topic in topics)
