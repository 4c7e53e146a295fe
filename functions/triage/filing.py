"""Files events into cases: which case an event belongs to is decided here, once, and written in one transaction.

Given what is stored, a filing is read, folded and written on condition that nothing changed meanwhile; otherwise it
is decided anew, five times at most. It asks X nothing and posts nothing.

Of a customer who is being erased nothing is filed or folded: what is half gone would tell a case that never was. What
the customer writes meanwhile waits until that is over.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from desk.case import Case, fold
from desk.errors import Conflict
from desk.event import Event, Filing, Kind
from desk.incidents.joining import joins
from desk.notice import Crossed, day_of
from desk.outbox import Move, OutgoingKind, State, acknowledgement_key, reference, resumed
from desk.policy.model import Role
from desk.posted_text import rewritten
from desk.reach import first_pace, is_known
from desk.store.announcements import announcing
from desk.store.days import mark_changed
from desk.store.desk_items import Context, Filed, Freed, Profile, Stored
from desk.store.incidents import going_on
from desk.telemetry import MetricUnit, logger, metrics
from triage.acknowledge import PLANNED, Plan, plan
from triage.announcing import Writing, changes, crossing
from triage.engines import hear
from triage.invitation import invites
from triage.notices import notices
from triage.questions import questions
from triage.quoted import is_ours, post_key
from triage.retention import texts_to_remove
from triage.tree import History, assess

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from desk.announcement import Topic
    from desk.author import Author
    from desk.event import Assessment
    from desk.notice import Notice
    from desk.outbox import Outgoing
    from desk.post import Post
    from desk.store.desk_table import DeskTable
    from desk.store.incidents import GoingOn
    from desk.store.ledger import Ledger, Setup
    from desk.store.policy_shelf import PolicyShelf
    from triage.engines import Engine

_TRIES = 5
_WAIT_FOR_CASE_SECONDS = 86_400
"""An answer whose conversation nobody knows waits this long for its case."""
_MOST_AT_ONCE = 60
"""Waiting answers filed together with a post; DynamoDB takes 100 writes a transaction (AWS quota, 2026).

A post that was found very late brings up to a dozen notices with it, and announces each.
"""
_MINUTE = 60
_UNCONFIRMED = frozenset({State.SENDING, State.UNKNOWN})
"""X was asked, and never told whether it posted: our own timeline may."""


class Assignment(Struct, frozen=True):
    """The case of an event, and the filings that this decision writes."""

    case_id: str
    stored: Stored | None
    filed: tuple[Event, ...]
    known: tuple[Event, ...]
    plan: Plan | None = None


class Filer:
    """Files events of one run: the stores, the policies, our accounts and the time are its arguments.

    `topics`: what other systems are told of.
    """

    def __init__(
        self,
        desk: DeskTable,
        ledger: Ledger,
        policies: PolicyShelf,
        setup: Setup,
        *,
        now: int,
        topics: frozenset[Topic] = frozenset(),
    ) -> None:
        self._engine: Engine | None = None
        self._going_on: GoingOn | None = None
        self._topics = topics
        self._desk = desk
        self._ledger = ledger
        self._policies = policies
        self._setup = setup
        self._now = now

    def file(self, partition: str, event: Event) -> Case | None:
        """File an event wherever it waits; gives the case as written, None if it belongs to none (yet), or must wait.

        Safe to repeat. Raises Conflict after five lost races: the record comes back.
        """
        if partition.startswith("PARKED#"):
            self._unpark(partition.removeprefix("PARKED#"), event)
            return None
        case = None
        if partition in self._setup.own_ids:
            self._settle_status_post(event)
            self._desk.close_without_case(partition, event)
        else:
            case = self._retrying(event)
        if event.kind is Kind.POST and not event.is_inbound and event.post_id:
            self._release_children(partition, event.post_id)
        return case

    def refold(self, case_id: str) -> Case | None:
        """Fold a case again because time passed; gives it as written, None for one that is (being) erased."""
        for _ in range(_TRIES):
            stored = self._desk.case(case_id)
            if stored is None:
                return None
            if stored.is_erasing:
                logger.warning("case stands still until its customer is erased", case_id=case_id)
                return None
            with suppress(Conflict):
                return self._refolded(stored)
        raise Conflict(f"case {case_id} changed {_TRIES} times while it was folded")

    def _refolded(self, stored: Stored) -> Case:
        case_id = stored.case.case_id
        events = self._desk.events_of_case(case_id, stored.case.first_key)
        writing = Writing(stored.version + 1, stored.revision, self._now)
        known = [event for event in events if _is_of(event, case_id)]
        case = self._fold(case_id, known)
        self._note(stored, case, writing)
        self._mark_changed(case, stored)
        self._desk.save_case(case, over=stored, also=self._telling(stored, case, writing))
        return case

    def listen(self, events: Iterable[Event]) -> None:
        """Hear the texts of events that are to be filed next, all at once."""
        posts = (event.post for event in events if event.is_inbound and event.has_text and event.filing is None)
        self._engine = hear(filter(None, posts), self._policies.current)

    # ---- where an event waits

    def _unpark(self, parent: str, event: Event) -> None:
        """Move one of our posts to whom its parent belongs; after a day, to our own partition without a case."""
        home = self._desk.find_post(parent)
        if home is not None and not home.startswith("PARKED#"):
            self._desk.unpark(parent, replace(event, customer_id=home))
        elif self._now - event.seen_at > _WAIT_FOR_CASE_SECONDS and event.post:
            author = event.post.author_id
            kept = replace(event.post, text="") if self._is_agent(event) else event.post
            self._desk.unpark(parent, replace(event, customer_id=author, post=kept))

    def _is_agent(self, event: Event) -> bool:
        """An agent's account is private: what answers no customer of ours is not our business."""
        known = self._policies.current.handle(event.handle or "")
        return known is not None and known.role is Role.AGENT

    def _release_children(self, partition: str, post_id: str) -> None:
        for child in self._desk.parked(post_id):
            self._desk.unpark(post_id, replace(child, customer_id=partition))

    # ---- one filing

    def _retrying(self, event: Event) -> Case | None:
        for _ in range(_TRIES):
            try:
                return self._file(event)
            except Conflict:
                continue
        raise Conflict(f"{event.key} of {event.customer_id} lost {_TRIES} races")

    def _file(self, event: Event) -> Case | None:
        context = self._desk.context(event)
        if context.event is None or context.event.filing is not None:
            return None
        if context.is_erasing:
            logger.warning("event waits until its customer is erased", customer_id=event.customer_id, key=event.key)
            return None
        assigned = self._assign(context.event, context)
        if assigned is None:
            if self._now - event.seen_at > _WAIT_FOR_CASE_SECONDS:
                self._desk.close_without_case(event.customer_id, event)
            return None
        stored = assigned.stored
        writing = Writing(stored.version + 1 if stored else 1, _revision_after(event, stored), self._now)
        events = (*assigned.known, *assigned.filed)
        case = self._fold(assigned.case_id, events)
        if stored is not None:
            self._note(stored, case, writing)
        self._mark_changed(case, stored)
        self._ask(assigned.filed[0], case, events)
        filed = self._filed(event, case, self._without_texts(assigned), context)
        telling = self._telling(stored, case, writing)
        if stored is None:
            self._open(filed, writing, telling)
        else:
            self._desk.file(filed, also=telling)
        return case

    def _open(self, filed: Filed, writing: Writing, telling: Sequence[dict[str, Any]]) -> None:
        """Write the first filing of a case; what its clocks have crossed by now is noted with it or not at all.

        There is no case yet that a note could be bound to, and one of an erased customer must not be left behind.
        """
        found = {each.key: each for each in notices(filed.case, now=self._now)}  # a transaction writes nothing twice
        crossed = [(each, self._ledger.noting(each)) for each in found.values()]
        noted = [each for each, writes in crossed if writes]
        told = announcing(self._ledger, (crossing(each, filed.case, writing) for each in noted), self._topics)
        self._desk.file(filed, also=[*(write for _, writes in crossed for write in writes), *told, *telling])
        metrics.add_metric("CasesOpened", MetricUnit.Count, 1)
        _count_breaches(noted)

    def _fold(self, case_id: str, events: Sequence[Event]) -> Case:
        case = fold(case_id, events, policies=self._policies, now=self._now)
        if case is None:
            raise ValueError(f"case {case_id} holds no customer post")
        return case

    def _note(self, stored: Stored, case: Case, writing: Writing) -> None:
        """Note what the clocks of a case crossed, as long as nobody wrote or erased the one stored meanwhile."""
        still = self._desk.unchanged(case.case_id, stored.version)
        for notice in notices(case, before=stored.case, now=self._now):
            told = announcing(self._ledger, [crossing(notice, case, writing)], self._topics)
            if self._ledger.record_notice(notice, also=[still, *told]):
                _count_breaches([notice])

    def _telling(self, stored: Stored | None, case: Case, writing: Writing) -> list[dict[str, Any]]:
        """Give the writes that tell other systems what this write of the case changes."""
        return announcing(self._ledger, changes(stored.case if stored else None, case, writing), self._topics)

    def _mark_changed(self, case: Case, stored: Stored | None) -> None:
        """Say which days' figures this changes: that of its opening, and the one it was on before if it moved."""
        if stored is None or day_of(stored.case.opened_at) != day_of(case.opened_at):
            mark_changed(self._ledger, case.opened_at, now=self._now)
        if stored and day_of(stored.case.opened_at) != day_of(self._now):
            mark_changed(self._ledger, stored.case.opened_at, now=self._now)

    def _ask(self, event: Event, case: Case, events: Sequence[Event]) -> None:
        """Write what triage wants to know from X before the filing is written; all of it may be written twice."""
        for each in questions(event, case, events, self._policies.current, now=self._now):
            self._ledger.put(each.queue, each.key, each.request, keep_seconds=each.keep_seconds)

    def _without_texts(self, assigned: Assignment) -> Assignment:
        """Take texts that must not be kept: from known events before the filing, from new ones with it."""
        events = (*assigned.known, *assigned.filed)
        gone = texts_to_remove(events, now=self._now, keep_days=self._policies.current.retention.text_days)
        for each in assigned.known:
            if each.key in gone:
                self._desk.scrub(each.customer_id, each, gone[each.key])
        filed = (each.without_text(gone[each.key]) if each.key in gone else each for each in assigned.filed)
        return replace(assigned, filed=tuple(filed))

    def _filed(self, event: Event, case: Case, assigned: Assignment, context: Context) -> Filed:
        known = assigned.stored.case.conversations if assigned.stored else ()
        return Filed(
            events=assigned.filed,
            case=case,
            case_version=assigned.stored.version if assigned.stored else 0,
            case_revision=_revision_after(event, assigned.stored),
            new_conversations=tuple(each for each in case.conversations if each not in known),
            profile=_profile_after(event, case, assigned, context),
            plan=assigned.plan.outgoing if assigned.plan else None,
            let_go=self._let_go(case, assigned.stored),
        )

    def _let_go(self, case: Case, stored: Stored | None) -> Freed | None:
        """Take its reply from the incident that a case leaves: a P1 must not wait with the crowd.

        One that is not held yet is written as well, so that nobody holds it meanwhile.
        """
        if stored is None or stored.case.incident_id in {None, case.incident_id}:
            return None
        known = self._desk.outgoing(case.customer_id, acknowledgement_key(case.case_id))
        if known is None or known.state not in {State.PLANNED, State.DEFERRED}:
            return None
        return Freed(known.state, resumed(known, now=self._now) if known.is_held else known)

    # ---- which case

    def _assign(self, event: Event, context: Context) -> Assignment | None:
        if event.kind is Kind.POST and event.is_inbound:
            return self._assign_inbound(event, context)
        if event.kind is Kind.POST:
            return self._assign_answer(event, context)
        if event.kind in {Kind.EDITED, Kind.DELETED, Kind.METRICS}:
            return self._assign_change(event, context)
        return self._attach(event, event.concerns or "", context)

    def _assign_inbound(self, event: Event, context: Context) -> Assignment:
        known_id = context.conversation_case or self._joinable(event, context)
        stored = self._desk.case(known_id) if known_id else None
        case_id = known_id or _new_case_id(event)
        events = self._desk.events_of_case(case_id, _first_key(event, stored))
        known = tuple(each for each in events if _is_of(each, case_id))
        assessment = self._assess(event, stored, context.profile)
        planned = plan(
            event,
            assessment,
            case_id,
            policy=self._policies.current,
            has_plan=any(each.filing and each.filing.acknowledgement == PLANNED for each in known),
            stopped=context.profile.stopped_at is not None,
        )
        filing = replace(
            self._filing(case_id, context.profile, assessment),
            acknowledgement=planned.words,
            incident=self._incident_of(event, assessment, stored),
        )
        answers = [each for each in events if _awaits(each, event)][:_MOST_AT_ONCE]
        filed = (replace(event, filing=filing), *self._as_answers(answers, case_id))
        return Assignment(case_id, stored, filed, known, planned)

    def _incident_of(self, event: Event, made: Assessment, stored: Stored | None) -> str | None:
        """Give the incident that a customer's post belongs to. Those that go on are read once a run; mostly none do.

        Nobody knows which posts belong to one that can't be read: a new case stays outside, one of its own stays in.
        """
        if self._going_on is None:
            self._going_on = going_on(self._ledger)
        if not self._going_on.incidents or event.post is None:
            return None
        if stored and stored.case.incident_id in self._going_on.unread:
            return None
        opened_at = min(stored.case.opened_at, event.at) if stored else event.at
        return joins(event.post, made, opened_at=opened_at, going_on=self._going_on.incidents)

    def _assign_answer(self, event: Event, context: Context) -> Assignment | None:
        """A post of ours joins the case of its conversation; until there is one, it waits."""
        case_id = context.conversation_case
        return self._attach(event, case_id, context) if case_id else None

    def _assign_change(self, event: Event, context: Context) -> Assignment | None:
        """What tells more of a post goes where that went; a post not filed yet comes first by itself."""
        original = self._desk.event(event.customer_id, post_key(event.concerns or ""))
        filing = original.filing if original else None
        return self._attach(event, filing.case_id, context) if filing and filing.case_id else None

    def _attach(self, event: Event, case_id: str, context: Context) -> Assignment | None:
        stored = self._desk.case(case_id)
        if stored is None:
            return None
        events = self._desk.events_of_case(case_id, _first_key(event, stored))
        known = tuple(each for each in events if _is_of(each, case_id))
        return Assignment(case_id, stored, self._filings(event, stored, context.profile), known)

    def _filings(self, event: Event, stored: Stored, profile: Profile) -> tuple[Event, ...]:
        case_id = stored.case.case_id
        if event.kind is Kind.POST:
            return tuple(self._as_answers([event], case_id))
        if not (event.kind is Kind.EDITED and event.is_inbound):
            return (replace(event, filing=Filing(case_id, self._policies.current.version)),)
        assessment = self._assess(event, stored, profile)
        return (replace(event, filing=self._filing(case_id, profile, assessment)),)

    def _filing(self, case_id: str, profile: Profile, assessment: Assessment) -> Filing:
        """Give the filing of a customer's post, with what was known of the customer."""
        known = self._known_author(profile)
        return Filing(case_id, self._policies.current.version, assessment, author=known, is_vip=profile.is_vip)

    def _joinable(self, event: Event, context: Context) -> str | None:
        """Give the customer's open case if this new root post comes within the merge window of its latest post."""
        window = self._policies.current.cases.merge_window_minutes * _MINUTE
        post, profile = event.post, context.profile
        if not window or not post or post.retweets or post.replies_to or profile.open_case is None:
            return None
        if abs(event.at - profile.open_case_latest_at) > window:
            return None
        stored = self._desk.case(profile.open_case)
        return profile.open_case if stored and stored.case.is_open else None

    # ---- what is made of it

    def _assess(self, event: Event, stored: Stored | None, profile: Profile) -> Assessment:
        if event.post is None:
            raise ValueError(f"{event.key} carries no post")
        history = History(
            cases=profile.cases if event.kind is Kind.POST else 0,
            has_open_case=stored is not None and stored.case.is_open,
            quotes_us=self._quotes_us(event.post),
            author=self._known_author(profile),
            is_vip=profile.is_vip,
            per_hour=first_pace(event),
        )
        policy, own_ids = self._policies.current, self._setup.own_ids
        return assess(event.post, policy=policy, own_ids=own_ids, history=history, engine=self._engine)

    def _known_author(self, profile: Profile) -> Author | None:
        """Give what X told of a customer, if it still counts."""
        terms = self._policies.current.reach
        return profile.author if is_known(profile.author_known_at, terms, now=self._now) else None

    def _quotes_us(self, post: Post) -> bool:
        return post.quotes is not None and is_ours(post.quotes, desk=self._desk, own_ids=self._setup.own_ids)

    def _as_answers(self, events: Sequence[Event], case_id: str) -> Iterator[Event]:
        """Tell people's answers from automatic replies seen on our own timeline, and settle the latter."""
        outgoing = self._desk.outgoing_of(events[0].customer_id) if events else []
        for event in events:
            match = _match(event, outgoing)
            if match and match.state in _UNCONFIRMED:
                self._settle(match, event)
            automatic = _signed(event, case_id)
            if match is not None:
                automatic = match.key if match.kind is OutgoingKind.ACKNOWLEDGEMENT else None
            invited = automatic is None and event.post is not None and self._invites(event.post.text)
            filing = Filing(case_id, self._policies.current.version, automatic=automatic, invites=invited)
            yield replace(event, filing=filing)

    def _invites(self, text: str) -> bool:
        return invites(text, self._policies.current.reports.private_phrases)

    def _settle_status_post(self, event: Event) -> None:
        """Settle the status post that this post of ours to nobody may be; it is no answer to anybody."""
        if event.kind is not Kind.POST or event.post is None:
            return
        match = _match(event, self._desk.outgoing_of(event.customer_id))
        if match and match.state in _UNCONFIRMED:
            self._settle(match, event)

    def _settle(self, outgoing: Outgoing, seen: Event) -> None:
        """X shows what it never confirmed."""
        self._desk.move(outgoing, Move.SEEN, post_id=seen.post_id, settled_at=self._now, reason="seen on our timeline")


def _count_breaches(noted: Iterable[Notice]) -> None:
    for _ in (notice for notice in noted if notice.what is Crossed.BREACH):
        metrics.add_metric("BreachesFound", MetricUnit.Count, 1)


def _new_case_id(event: Event) -> str:
    return f"{event.customer_id}-{event.post.conversation_id if event.post else event.event_id}"


def _first_key(event: Event, stored: Stored | None) -> str:
    return min(event.key, stored.case.first_key) if stored else event.key


def _is_of(event: Event, case_id: str) -> bool:
    return event.filing is not None and event.filing.case_id == case_id


def _awaits(answer: Event, post: Event) -> bool:
    """An answer of ours in this post's conversation that found no case yet."""
    unfiled_answer = answer.kind is Kind.POST and not answer.is_inbound and answer.filing is None
    same = answer.post and post.post and answer.post.conversation_id == post.post.conversation_id
    return bool(unfiled_answer and same)


def _match(event: Event, outgoing: Iterable[Outgoing]) -> Outgoing | None:
    """Find the outgoing post that this post of ours is: by its id, else by its target and X's rewriting undone.

    Of two with equal words it is the one that may be out.
    """
    post = event.post
    if post is None:
        return None
    known, shown = list(outgoing), rewritten(post.text)
    by_id = next((each for each in known if each.post_id == post.post_id), None)
    return by_id or next((each for each in known if _may_be(each, post.replies_to, shown)), None)


def _may_be(outgoing: Outgoing, replies_to: str | None, shown: str) -> bool:
    """Say whether a text that X shows may be this post, whose id is not known: one that was refused is not out."""
    is_open = outgoing.state in _UNCONFIRMED and outgoing.post_id is None
    return is_open and (outgoing.reply_to or None) == replies_to and rewritten(outgoing.text or "") == shown


def _signed(event: Event, case_id: str) -> str | None:
    """Give the key of the case's automatic reply if this is it by its reference, though nothing here knows of it.

    That is so after a restore: people's answers must not be counted by what the desk said itself.
    """
    key = acknowledgement_key(case_id)
    words = event.post.text.split() if event.post else []
    return key if words and words[-1] == reference(key) else None


def _revision_after(event: Event, stored: Stored | None) -> int:
    """An action stepped the revision when it was appended."""
    known = stored.revision if stored else 0
    return known if event.kind is Kind.ACTION else known + 1


def _profile_after(event: Event, case: Case, assigned: Assignment, context: Context) -> Profile | None:
    """Give the customer's profile after a customer post; writing it on its version makes two first posts meet.

    A later version of a post changes it only if it asks us to stop.
    """
    profile = context.profile
    if event.kind is Kind.AUTHOR:
        return _profile_knowing(profile, event)
    made = assigned.filed[0].filing.assessment if assigned.filed[0].filing else None
    stopped_at = profile.stopped_at or (event.at if made and made.asks_to_stop else None)
    if event.kind is not Kind.POST and stopped_at != profile.stopped_at:
        return replace(profile, stopped_at=stopped_at)
    if not (event.kind is Kind.POST and event.is_inbound):
        return None
    latest = max(event.at, profile.open_case_latest_at if profile.open_case == case.case_id else 0)
    return replace(
        profile,
        cases=profile.cases + (assigned.stored is None),
        open_case=case.case_id if case.is_open else profile.open_case,
        open_case_latest_at=latest if case.is_open else profile.open_case_latest_at,
        stopped_at=stopped_at,
    )


def _profile_knowing(profile: Profile, event: Event) -> Profile | None:
    """Give the profile with what X told of the customer; None if it was told something newer already."""
    if profile.author_known_at is not None and profile.author_known_at >= event.at:
        return None
    return replace(profile, author=event.author, author_known_at=event.at)
