"""One run of the poll: reads every source as far as time and budget allow, and says for each error what follows.

A page's posts are stored before the source's state says that they were read, and that state is written on condition
that no other run wrote it: killed anywhere or run twice at once, nothing is lost and nothing is stored twice.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from desk.errors import (
    Conflict,
    CredentialRefused,
    CreditsDepleted,
    DeskError,
    Permanent,
    Throttled,
    TooOld,
    Unavailable,
)
from desk.rechecks import Ages
from desk.snowflake import epoch_ms, id_at
from desk.spending import (
    AUTHORS,
    LOOKS,
    RECHECKS,
    room_for_authors,
    room_for_looks,
    room_for_rechecks,
    room_for_searches,
)
from desk.telemetry import MetricUnit, logger, metrics
from desk.x_client import MOST_IDS
from poll.authors import Introductions, KnowsAuthors
from poll.coverage import (
    TOP,
    Ask,
    SourceState,
    StalledError,
    Way,
    begin,
    first_state,
    given_up,
    is_wanted,
    is_worth_writing,
    next_ask,
    out_of_reach,
    walked,
)
from poll.events import Accounts
from poll.intake import Intake
from poll.look_again import CanLookUp, Looks
from poll.sources import Source, SourceKind, lookup_credentials, not_set_up, sources_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from desk.policy import Policy
    from desk.store.desk_table import DeskTable
    from desk.store.ledger import Ledger, Setup
    from desk.x_client import Authors, Page

PAGES_PER_RUN = 12
"""Pages of one source in a run: all 800 mentions X reaches and some of a search, well below 300 in 15 minutes."""

PAGE_SIZE = 100
_MINUTE = 60
_REST_SECONDS = 10 * _MINUTE
"""How long a source rests that X refuses: a person must act, and asking each minute helps nobody."""

_DAY_SECONDS = 86_400
_LOOKS_A_POST = 2
"""A post is looked up once, and once more if it was edited."""

T = TypeVar("T")


class Reader(CanLookUp, KnowsAuthors, Protocol):
    """What the poll asks of X; `desk.x_client.XClient` is the real one, and documents the errors."""

    def mentions(self, user_id: str, **wanted: Any) -> Page:
        """Give a page of posts that mention the account."""
        ...

    def timeline(self, user_id: str, **wanted: Any) -> Page:
        """Give a page of posts by the account."""
        ...

    def search(self, query: str, **wanted: Any) -> Page:
        """Give a page of posts that match."""
        ...


class _Track(Struct):
    """A source in this run, with its state as stored and that state's version (0: there is none)."""

    source: Source
    stored: SourceState | None
    version: int


class Poll:
    """One run. `readers` gives X as the account of some credentials, `renew` lets those be read again."""

    def __init__(
        self,
        desk: DeskTable,
        ledger: Ledger,
        policy: Policy,
        setup: Setup,
        *,
        readers: Callable[[str], Reader],
        renew: Callable[[str], None],
        now: int,
        has_time: Callable[[], bool],
    ) -> None:
        self._desk = desk
        self._ledger = ledger
        self._policy = policy
        self._setup = setup
        self._readers = readers
        self._renew = renew
        self._now = now
        self._has_time = has_time
        self._midnight = int(id_at(now // _DAY_SECONDS * _DAY_SECONDS))

    def run(self) -> dict[str, int]:
        """Read what there is to read; gives counts for the log. Raises only what no run can mend by itself."""
        for name in not_set_up(self._policy, self._setup):
            logger.warning("account was never set up, nothing of it is read", handle=name)
        states = self._ledger.versioned_values("SOURCES", SourceState)
        sources = sources_for(self._policy, self._setup)
        self._tracks = [_Track(source, *states.get(source.name, (None, 0))) for source in sources]
        self._spent = self._ledger.spent_by(self._now)
        with Intake(self._desk, self._ledger, Accounts.of(self._policy, self._setup), now=self._now) as self._intake:
            try:
                read = [track.source for track in self._tracks if self._has_time() and self._attempt(track)]
                self._look_again()
            except CreditsDepleted as fault:
                metrics.add_metric("CreditsDepleted", MetricUnit.Count, 1)
                metrics.add_metric("PollSucceeded", MetricUnit.Count, 0)
                logger.error("X's credits are used up, nothing is read", detail=str(fault))
                return {"sources": len(sources), "read": 0}
        is_heard = all(source in read for source in sources if source.kind is SourceKind.MENTIONS)
        metrics.add_metric("PollSucceeded", MetricUnit.Count, int(is_heard))  # whoever called us by name was heard
        if is_heard:
            metrics.add_metric("MentionsStored", MetricUnit.Count, 0)  # a poll that found nothing new says so too
            self._ledger.put("DESK", "HEARD", self._now)
        return {"sources": len(sources), "read": len(read)}

    # ---- what follows from an error

    def _attempt(self, track: _Track) -> bool:
        """Read one source; False if it could not be read now. Raises CreditsDepleted: then nothing can."""
        if track.stored and track.stored.rests_until > self._now:
            return False
        try:
            return self._read(track)
        except DeskError as fault:
            self._follow(track, fault)
            return False

    def _follow(self, track: _Track, fault: DeskError) -> None:
        """Do what an error asks for; raises CreditsDepleted, which ends the whole run."""
        name = track.source.name
        match fault:
            case CreditsDepleted():
                raise fault
            case CredentialRefused():
                self._refused(track.source.credentials)
            case Throttled():
                metrics.add_metric("Throttled", MetricUnit.Count, 1)
                self._rest(track, max(fault.until, self._now + _MINUTE), "X's rate limit")
            case Unavailable():
                metrics.add_metric("Unavailable", MetricUnit.Count, 1)
                logger.warning("source not read, the next run tries again", source=name, detail=str(fault))
            case Conflict():
                logger.info("another run reads this source", source=name)
            case _:
                metrics.add_metric("SourceRefused", MetricUnit.Count, 1)
                logger.error("source can't be read", source=name, detail=str(fault))
                self._rest(track, self._now + _REST_SECONDS, "it can't be read")

    def _refused(self, credentials: str) -> None:
        metrics.add_metric("CredentialRefused", MetricUnit.Count, 1)
        logger.error("X refuses a credential", credentials=credentials)
        for track in self._tracks:
            if track.source.credentials == credentials:
                self._rest(track, self._now + _REST_SECONDS, "its credential is refused")

    def _rest(self, track: _Track, until: int, why: str) -> None:
        state = track.stored or self._first_state()
        logger.warning("source rests", source=track.source.name, until=until, why=why)
        try:
            self._write(track, replace(state, rests_until=until))
        except Conflict:
            logger.info("another run reads this source", source=track.source.name)

    def _asked(self, credentials: str, call: Callable[[Reader], T]) -> T:
        """Ask X; refused credentials are read again once, since a rotation must leave no gap."""
        try:
            return call(self._readers(credentials))
        except CredentialRefused:
            self._renew(credentials)
            return call(self._readers(credentials))

    # ---- one source

    def _first_state(self) -> SourceState:
        return first_state(now=self._now, started_at=self._setup.started_at)

    def _read(self, track: _Track) -> bool:
        """Read a source as far as pages, budget and time allow; False if its newest posts could not be asked for."""
        source = track.source
        state = begin(track.stored or self._first_state(), source.reading, now=self._now)
        token = None
        for _ in range(PAGES_PER_RUN):
            ask = next_ask(state, source.reading)
            if ask is None:
                return True
            room = self._room(source)
            if room < source.fewest or not self._has_time():
                return not ask.is_top
            try:
                state, token = self._page(track, state, ask, token, room)
            except Throttled:
                if not _is_fill(source, ask):
                    raise
                return True  # search has a limit of its own: it must not delay the newest posts
        return True

    def _room(self, source: Source) -> int:
        """Give how many posts the next page may have. Mentions and own timelines are read whatever it costs."""
        if source.daily_reads is None:
            return PAGE_SIZE
        left = source.daily_reads - self._spent.today.get(f"reads:{source.counter}", 0)
        return min(PAGE_SIZE, left, room_for_searches(self._spent, self._policy))

    def _page(
        self, track: _Track, state: SourceState, ask: Ask, token: str | None, size: int
    ) -> tuple[SourceState, str | None]:
        """Read one page, store it, and write what is read now; gives X's token only where ids lead no further."""
        source = track.source
        try:
            page = self._asked(source.credentials, lambda x: _ask(x, source, ask, size, token))
        except TooOld as fault:
            return self._save(track, out_of_reach(state, int(fault.since_id) + 1, source.reading, now=self._now)), None
        except Permanent:
            if not _is_fill(source, ask):
                raise
            return self._save(track, given_up(state, ask, now=self._now)), None
        self._store(source, state, ask, page)
        ids = [int(each) for each in page.ids]
        try:
            after = walked(state, ask, ids, has_more=page.has_more, reading=source.reading, now=self._now)
        except StalledError:
            if page.count or page.next_token in {None, token}:
                raise
            return state, page.next_token
        return self._save(track, after), None

    def _store(self, source: Source, state: SourceState, ask: Ask, page: Page) -> None:
        wanted = [post for post in page.posts if is_wanted(state, int(post.post_id))]
        fresh = self._intake.take(wanted, source=source.name, read_for=_read_for(source))
        self._intake.set_aside(page.malformed, source=source.name)
        if page.count:
            metrics.add_metric("PostsRead", MetricUnit.Count, page.count)
        again = [each for each in page.ids if ask.is_deep and int(each) < self._midnight]
        self._count(source, ask, max(len(fresh), len(again)))

    def _save(self, track: _Track, after: SourceState) -> SourceState:
        if is_worth_writing(track.stored, after):
            self._write(track, after)
        return after

    def _write(self, track: _Track, after: SourceState) -> None:
        reported = len(track.stored.gaps) if track.stored else 0
        track.version = self._ledger.put_version("SOURCES", track.source.name, after, version=track.version)
        track.stored = after
        for gap in after.gaps[reported:]:
            metrics.add_metric("CoverageGap", MetricUnit.Count, 1)
            begins, ends = _time(gap.low), _time(gap.high)
            logger.error("posts are lost", source=track.source.name, begins=begins, ends=ends, why=gap.why)

    def _count(self, source: Source, ask: Ask, posts: int) -> None:
        """Count what X bills: new posts, for it bills the same post once a UTC day (2026-08)."""
        if not posts:
            return
        counter = f"reads:fill:{source.handle}" if _is_fill(source, ask) else f"reads:{source.counter}"
        before = self._spent.today.get(counter, 0)
        self._spend(counter, posts)
        if source.daily_reads and before < source.daily_reads - source.fewest < before + posts:
            metrics.add_metric("ReadBudgetUsedUp", MetricUnit.Count, 1)
            logger.warning("search has used up its reads until midnight UTC", source=source.name)

    def _spend(self, counter: str, posts: int) -> None:
        self._ledger.count(self._now, counter, posts)
        self._spent = self._spent.plus(counter, posts)

    # ---- posts to look at again

    def _look_again(self) -> None:
        credentials = lookup_credentials(self._policy)
        if self._is_resting(credentials):
            return
        try:
            self._look(credentials)
        except CreditsDepleted:
            raise
        except CredentialRefused:
            self._refused(credentials)
        except DeskError as fault:
            logger.warning("posts not looked at again, the next run does", detail=str(fault))

    def _look(self, credentials: str) -> None:
        looks = Looks(
            self._desk,
            self._ledger,
            self._intake,
            lambda call: self._asked(credentials, call),
            ages=Ages.of(self._policy),
            now=self._now,
        )
        self._within(room_for_looks(self._spent, self._policy) // _LOOKS_A_POST, LOOKS, looks.owed)
        older = room_for_rechecks(self._spent, self._policy, now=self._now) // _LOOKS_A_POST
        self._within(older, RECHECKS, looks.older)
        self._within(room_for_authors(self._spent, self._policy), AUTHORS, self._introductions(credentials).fulfil)

    def _introductions(self, credentials: str) -> Introductions:
        def asked(call: Callable[[KnowsAuthors], Authors]) -> Authors:
            return self._asked(credentials, call)

        return Introductions(self._desk, self._ledger, self._intake, asked, self._now)

    def _within(self, room: int, counter: str, look: Callable[..., int]) -> None:
        """Look at no more than there is room for, and count what X returned."""
        most = min(MOST_IDS, room)
        if most > 0 and self._has_time() and (returned := look(most=most)):
            self._spend(counter, returned)

    def _is_resting(self, credentials: str) -> bool:
        """Nothing is read with these credentials now."""
        states = [track.stored for track in self._tracks if track.source.credentials == credentials]
        return all(state is not None and state.rests_until > self._now for state in states)


def _ask(x: Reader, source: Source, ask: Ask, size: int, token: str | None) -> Page:
    wanted: dict[str, Any] = {
        "since_id": str(ask.since) if ask.since else None,
        "until_id": None if ask.until == TOP else str(ask.until),
        "max_results": max(source.fewest, 10 if ask.way is Way.SEARCH else 0, size),
        "token": token,
    }
    if ask.way is Way.SEARCH:
        return x.search(source.query, **wanted)
    if source.kind is SourceKind.MENTIONS:
        return x.mentions(source.user_id, **wanted)
    return x.timeline(source.user_id, **wanted)


def _is_fill(source: Source, ask: Ask) -> bool:
    """A search for what an account's own list no longer reaches."""
    return ask.way is Way.SEARCH and source.kind is not SourceKind.SEARCH


def _read_for(source: Source) -> str | None:
    return source.handle if source.kind is SourceKind.MENTIONS else None


def _time(post_id: int) -> str:
    return datetime.fromtimestamp(epoch_ms(str(post_id)) / 1000, UTC).isoformat(timespec="seconds")
