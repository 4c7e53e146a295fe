"""Which cases a report is about, read day by day: only UTC days on which a case opened are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk.notice import day_of
from desk.store.days import days_opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from desk.case import Case
    from desk.figures import Period
    from desk.store.desk_table import DeskTable
    from desk.store.ledger import Ledger


def cases_of_period(desk: DeskTable, ledger: Ledger, period: Period) -> Iterator[Case]:
    """Give the cases opened in a period, one after the other; the index they come from may lag by a moment."""
    first, last = day_of(period.from_at), day_of(period.until_at - 1)
    for day, _ in days_opened(ledger, last=last):
        if day >= first:
            yield from (case for case in desk.cases_of_day(day) if case.opened_at in period)
