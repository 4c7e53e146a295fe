"""What is counted about cases, in a shape that adds up: the tally of a period is the sum of those of its parts.

Counts and waits stand by subject and name. It decides nothing about what counts as what.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct, field

from desk.figures.waits import Waits

if TYPE_CHECKING:
    from collections.abc import Iterable

    from desk.figures.model import Breach, Standing
    from desk.policy.model import Priority
    from desk.sla import Metric


class Subject(StrEnum):
    """What a count or a wait is about; its name says which category, topic, team, ..."""

    VOLUME = "volume"
    CATEGORY = "category"
    TOPIC = "topic"
    SENTIMENT = "sentiment"
    LANGUAGE = "language"
    COVERAGE = "coverage"
    UNANSWERED = "unanswered"
    ACKNOWLEDGEMENT = "acknowledgement"
    NOT_ACKNOWLEDGED = "not_acknowledged"
    RESPONSE = "response"
    TEAM = "team"
    TEAM_OPEN = "team_open"
    AGENT = "agent"
    HOUR = "hour"
    TO_ANSWER = "to_answer"
    IN_TARGET = "in_target"
    INGEST = "ingest"
    JOINED = "joined"
    """Cases of incidents, apart."""
    JUDGED = "judged"
    """Named by aspect, triage's word and people's word, with a space between."""


class Tally(Struct):
    """Counts and waits by subject and name, clocks by metric, team, priority and standing, and the breaches.

    `clocks_apart` are those of cases that belonged to an incident.
    """

    counts: Counter[tuple[Subject, str]] = field(default_factory=Counter)
    waits: defaultdict[tuple[Subject, str], Waits] = field(default_factory=lambda: defaultdict(Waits))
    clocks: Counter[tuple[Metric, str, Priority, Standing]] = field(default_factory=Counter)
    breaches: list[Breach] = field(default_factory=list)
    clocks_apart: Counter[tuple[Metric, str, Priority, Standing]] = field(default_factory=Counter)

    def join(self, other: Tally) -> None:
        """Take in what was counted elsewhere."""
        self.counts.update(other.counts)
        self.clocks.update(other.clocks)
        self.clocks_apart.update(other.clocks_apart)
        self.breaches += other.breaches
        for key, waits in other.waits.items():
            self.waits[key].join(waits)

    def by_name(self, subject: Subject) -> dict[str, int]:
        """Give the counts of a subject, the largest first."""
        found = [(name, count) for (about, name), count in self.counts.items() if about is subject]
        return dict(sorted(found, key=lambda pair: (-pair[1], pair[0])))

    def waits_by_name(self, subject: Subject) -> dict[str, Waits]:
        """Give the waits of a subject, the most first."""
        found = [(name, waits) for (about, name), waits in self.waits.items() if about is subject]
        return dict(sorted(found, key=lambda pair: (-pair[1].count, pair[0])))


def merged(tallies: Iterable[Tally]) -> Tally:
    """Give the tally of several parts together; each case must be in one part only, all counted at one moment."""
    whole = Tally()
    for part in tallies:
        whole.join(part)
    return whole
