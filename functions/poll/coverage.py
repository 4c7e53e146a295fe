"""What of each source was read, and what to ask for next: the proof that no mention is lost. Pure; it asks nobody.

Ids are numbers in here. A source is read newest first. What lies between two ids and was not walked yet is a *hole*;
holes are kept until they are drained, that is

* the walk came to a post at or below the hole's `low`, where all was drained before (every question reaches down to a
  post that is known, so that this shows), or
* X ended the walk and fewer posts lie above its end than X can reach (the newest 800 mentions, the newest 3,200 posts
  of an account; recent search has no such cap), or
* X will never give it: then it becomes a *gap*, which is reported.

A walk that X ended at its cap drained nothing below its end: that hole is filled by search, which reaches 7 days back.
X indexes some posts late, so what is younger than the overlap is looked at again (`Recheck`), and now and then the
whole last day is; a recheck never delays the newest posts or a hole. Sources: X's documentation of 2026-08 (caps,
reach of search), community reports of late indexing (2023-2026).
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from desk.errors import Unavailable
from desk.snowflake import epoch_ms, id_at

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

TOP = 2**63
"""Above every id: the end of what was not asked for yet."""

SEARCH_SECONDS = 7 * 86_400 - 60
"""How far back search is asked: X's 7 days, less a minute for the call itself."""

_DAY_SECONDS = 86_400
_CATCH_UP_SECONDS = 7 * _DAY_SECONDS
_QUIET_SECONDS = 3600
_FUTURE_SECONDS = 3600
"""An id that claims to be made later than this is no evidence of anything."""

TOO_OLD = "older than X's search reaches"
NOT_GIVEN = "X refuses the search that would give it"


class Way(StrEnum):
    """LIST: the account's own list, capped by count; SEARCH: recent search, capped by age."""

    LIST = "list"
    SEARCH = "search"


class Reading(Struct, frozen=True):
    """How a source is read. `reachable`: the newest posts its list gives, None for a search.

    `margin` posts below that, an ended walk already counts as capped: posts indexed late were not counted.
    """

    reachable: int | None
    overlap_seconds: int
    reread_seconds: int
    margin: int = 40

    @property
    def way(self) -> Way:
        """By what the source is read."""
        return Way.SEARCH if self.reachable is None else Way.LIST


class Hole(Struct, frozen=True):
    """Not walked yet: every id between `low` and `high`, both excluded. `above`: posts counted from `high` upwards.

    `known` is the newest post seen when the hole was opened, at or below `low`: to ask down to it shows a drained hole.
    """

    low: int
    high: int
    above: int
    way: Way
    known: int


class Recheck(Struct, frozen=True):
    """To be walked once more: every id between `low` and `high`. `opened_at`: when that began (UTC epoch seconds).

    `is_left_to_search`: the account's list does not reach so far down any more.
    """

    low: int
    high: int
    above: int
    opened_at: int
    is_deep: bool
    is_left_to_search: bool = False

    def way(self, reading: Reading) -> Way:
        """By what it is walked."""
        return Way.SEARCH if self.is_left_to_search else reading.way


Span = TypeVar("Span", Hole, Recheck)


class Gap(Struct, frozen=True):
    """Lost: the ids above `low` up to `high`, which X no longer gives, why, and when that was found."""

    low: int
    high: int
    why: str
    found_at: int


class SourceState(Struct, frozen=True):
    """What is known of one source. `rests_until`: X asked to wait (UTC epoch seconds).

    `since`: the desk listens to every id above. `newest`: the newest post seen. `head`: read up to here, holes and gaps
    excepted. `settled`: up to here no late post can turn up. `reread_at`: when the last deep recheck began.
    """

    since: int
    newest: int
    head: int
    settled: int
    reread_at: int
    holes: tuple[Hole, ...] = ()
    gaps: tuple[Gap, ...] = ()
    rechecks: tuple[Recheck, ...] = ()
    rests_until: int = 0


class Ask(Struct, frozen=True):
    """One question to X: posts above `since` and below `until` (TOP: no bound), newest first."""

    way: Way
    since: int
    until: int
    is_deep: bool = False

    @property
    def is_top(self) -> bool:
        """It asks for the newest posts."""
        return self.until == TOP


class StalledError(Unavailable):
    """X said that it has more, but gave nothing older: asking the same again would go round in circles."""


def first_state(*, now: int, started_at: int) -> SourceState:
    """Begin a source: from the setup on if that was in the last 7 days, else from now; its history is never read."""
    begins_at = started_at if now - started_at < _CATCH_UP_SECONDS else now
    since = max(0, int(id_at(begins_at)) - 1)
    return SourceState(since=since, newest=since, head=since, settled=since, reread_at=now)


def begin(state: SourceState, reading: Reading, *, now: int) -> SourceState:
    """Open a run: everything above the newest post is a hole, and what is young is to be looked at again."""
    if not any(hole.high == TOP for hole in state.holes):
        state = replace(state, holes=(Hole(state.head, TOP, 0, reading.way, state.newest), *state.holes))
    state = _rechecking(state, state.settled, is_deep=False, now=now)
    if now >= (due_at := state.reread_at + reading.reread_seconds):
        low = max(state.since, int(id_at(due_at - _DAY_SECONDS)))  # from its due time: a pause hides no late post
        state = replace(_rechecking(state, low, is_deep=True, now=now), reread_at=now)
    return out_of_reach(state, int(id_at(now - SEARCH_SECONDS)), reading, now=now)


def next_ask(state: SourceState, reading: Reading) -> Ask | None:
    """Give the next question: the newest hole first, then rechecks; None when there is nothing left to ask."""
    if state.holes:
        hole = state.holes[0]
        young = [each.low for each in state.rechecks if each.high == hole.high and not each.is_deep]
        low = max(0, hole.known - 1) if hole.way is Way.LIST else hole.low
        return Ask(hole.way, min([low, *young]), hole.high)
    if state.rechecks:
        recheck = state.rechecks[0]
        return Ask(recheck.way(reading), recheck.low, recheck.high, recheck.is_deep)
    return None


def walked(
    state: SourceState, ask: Ask, ids: Collection[int], *, has_more: bool, reading: Reading, now: int
) -> SourceState:
    """Take in one page: its ids, and whether X has more below it. Its posts must be stored before.

    Raises StalledError if the page brings nothing older although X has more.
    """
    seen = {each for each in ids if each <= int(id_at(now + _FUTURE_SECONDS))}
    older = {each for each in seen if each < ask.until}
    if not older and (has_more or seen - {ask.until}):
        raise StalledError(f"nothing below {ask.until}")
    lowest = min(older, default=ask.until)
    is_capped = not has_more and _is_capped(state, ask, lowest, len(older), reading)
    end = lowest if has_more or is_capped else ask.since + 1
    after = _drained(state, end, ask.until, older, reading)
    if is_capped:
        after = out_of_reach(_to_be_searched(after, end), int(id_at(now - SEARCH_SECONDS)), reading, now=now)
    if ask.is_top:
        newest = max([state.newest, *older])
        looked = int(id_at(now - reading.overlap_seconds))
        after = replace(after, newest=newest, head=max(state.head, newest, looked))
    return after


def is_wanted(state: SourceState, post_id: int) -> bool:
    """Say whether a post lies where anything is still to be read; others were only asked for as a proof."""
    wanted: list[Hole | Recheck] = [*state.holes, *state.rechecks]
    return any(span.low < post_id < span.high for span in wanted)


def out_of_reach(state: SourceState, floor: int, reading: Reading, *, now: int) -> SourceState:
    """Give up what search can't reach, up to the id `floor`: it becomes a gap, and nobody asks for it again."""
    searched = [hole for hole in state.holes if hole.way is Way.SEARCH]
    rechecked = [each for each in state.rechecks if each.way(reading) is Way.SEARCH]
    lost = [(span.low, min(floor, span.high - 1)) for span in searched]
    lost += [(each.low, min(floor, state.head)) for each in rechecked if not each.is_deep]
    listed = [hole for hole in state.holes if hole.way is Way.LIST]
    holes = sorted([*listed, *_raised(searched, floor)], key=lambda hole: hole.high, reverse=True)
    state = replace(state, holes=tuple(holes))
    others = tuple(each for each in state.rechecks if each not in rechecked)
    state = replace(state, rechecks=tuple(sorted([*_raised(rechecked, floor), *others], key=lambda each: each.is_deep)))
    for low, high in sorted(lost):
        state = _with_gap(state, low, high, TOO_OLD, now=now)
    return state


def given_up(state: SourceState, ask: Ask, *, now: int) -> SourceState:
    """Turn what was asked for into a gap: X refuses the only way that is left to it."""
    asked: list[Hole | Recheck] = [*state.holes, *(each for each in state.rechecks if each.is_left_to_search)]
    refused = [span for span in asked if span.high == ask.until]
    holes = tuple(hole for hole in state.holes if hole not in refused)
    state = replace(state, holes=holes, rechecks=tuple(each for each in state.rechecks if each not in refused))
    for low, high in _merged((span.low, span.high) for span in refused):
        state = _with_gap(state, low, high - 1, NOT_GIVEN, now=now)
    return state


def covered(state: SourceState) -> tuple[tuple[int, int], ...]:
    """Give the intervals of ids (first, last) that were read completely: what holds neither a hole nor a gap."""
    missing = [(hole.low + 1, hole.high - 1) for hole in state.holes]
    missing += [(gap.low + 1, gap.high) for gap in state.gaps]
    first, intervals = state.since + 1, []
    for begins, ends in sorted([*missing, (state.head + 1, TOP)]):
        last = min(begins - 1, state.head)
        if first <= last:
            intervals.append((first, last))
        first = max(first, ends + 1)
    return tuple(intervals)


def is_worth_writing(before: SourceState | None, after: SourceState) -> bool:
    """Say whether a state must be stored: a quiet look need not be, an older state only claims less.

    It is once the newest post is settled: else every run would read and put the last posts again.
    """
    if before is None or before.settled < after.newest <= after.settled:
        return True
    is_same = replace(after, head=before.head, settled=before.settled) == before
    return not is_same or epoch_ms(str(after.head)) - epoch_ms(str(before.head)) >= _QUIET_SECONDS * 1000


# ---- within


def _rechecking(state: SourceState, low: int, *, is_deep: bool, now: int) -> SourceState:
    if any(each.is_deep is is_deep for each in state.rechecks):
        return state
    rechecks = (*state.rechecks, Recheck(low, TOP, 0, now, is_deep))
    return replace(state, rechecks=tuple(sorted(rechecks, key=lambda each: each.is_deep)))


def _is_capped(state: SourceState, ask: Ask, lowest: int, count: int, reading: Reading) -> bool:
    """Whether X may have ended this walk because its list reaches no further, before all that was asked for."""
    if ask.way is Way.SEARCH or reading.reachable is None:
        return False
    young = (each for each in state.rechecks if not each.is_deep and not each.is_left_to_search)
    asked: list[Hole | Recheck] = [*state.holes, *young]
    unproven = [span for span in asked if ask.since <= span.low < lowest and span.high <= ask.until]
    return any(span.above + count >= reading.reachable - reading.margin for span in unproven)


def _drained(state: SourceState, end: int, until: int, older: Collection[int], reading: Reading) -> SourceState:
    """Take the walked region, from `end` up to `until`, out of every hole and recheck."""
    new = [each for each in older if any(hole.low < each < hole.high for hole in state.holes)]
    holes = [_lowered(hole, end, until, new) for hole in state.holes]
    rechecks = [_lowered(each, end, until, older) for each in state.rechecks]
    done = [each for each in rechecks if not each.is_deep and not _is_open(each)]
    settled = [int(id_at(each.opened_at - reading.overlap_seconds)) for each in done]
    return replace(
        state,
        holes=tuple(filter(_is_open, holes)),
        rechecks=tuple(filter(_is_open, rechecks)),
        settled=max([state.settled, *settled]),
    )


def _lowered(span: Span, end: int, until: int, posts: Iterable[int]) -> Span:
    """Bring the upper end of a hole or recheck down to where a walk from above came, and count the posts above it."""
    high = max(end, span.low + 1) if end < span.high <= until else span.high
    return replace(span, high=high, above=span.above + sum(each >= high for each in posts))


def _is_open(span: Hole | Recheck) -> bool:
    return span.high - span.low > 1


def _raised(spans: Iterable[Span], floor: int) -> tuple[Span, ...]:
    """Bring the lower end of holes or rechecks up, as far as it lies below."""
    return tuple(filter(_is_open, (replace(each, low=max(each.low, floor)) for each in spans)))


def _to_be_searched(state: SourceState, end: int) -> SourceState:
    """The list gives nothing below `end`: what is open there, and what is young there, is left to search.

    What is young stays to be looked at again, or it would never be settled and every run would search for it anew.
    """
    below = [(hole.low, hole.high) for hole in state.holes if hole.high <= end]
    above = (each for each in state.rechecks if each.low >= end)
    young = (each for each in state.rechecks if not each.is_deep and each.low < end)
    return replace(
        state,
        holes=(
            *(hole for hole in state.holes if hole.high > end),
            *(Hole(low, high, 0, Way.SEARCH, low) for low, high in _merged(below)),
        ),
        rechecks=(*(replace(each, high=min(each.high, end), is_left_to_search=True) for each in young), *above),
    )


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join overlapping spans, the highest first."""
    joined: list[tuple[int, int]] = []
    for low, high in sorted(spans, reverse=True, key=lambda span: span[1]):
        if joined and high > joined[-1][0]:
            joined[-1] = (min(low, joined[-1][0]), joined[-1][1])
        else:
            joined.append((low, high))
    return joined


def _with_gap(state: SourceState, low: int, high: int, why: str, *, now: int) -> SourceState:
    """Record what is lost; what adjoins a gap already reported for the same reason only widens it."""
    if high <= low:
        return state
    for index, gap in enumerate(state.gaps):
        if gap.why == why and gap.low <= low <= gap.high:
            wider = replace(gap, high=max(gap.high, high))
            return replace(state, gaps=(*state.gaps[:index], wider, *state.gaps[index + 1 :]))
    return replace(state, gaps=(*state.gaps, Gap(low, high, why, now)))
