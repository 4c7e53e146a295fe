"""The promise as sentences that can be checked: what X shows against what the tables hold.

`check_always` holds at every moment, `check_settled` after the dust settled. Each check is one claim; it raises
AssertionError with the posts or cases that break it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from random import Random
from typing import TYPE_CHECKING

from desk.case import Case, fold
from desk.event import Kind
from desk.incidents.holding import share_of_day
from desk.notice import day_of
from desk.outbox import Outgoing, OutgoingKind, State, status_number
from desk.policy.model import Priority
from desk.queue import count
from desk.snowflake import epoch_ms
from desk.spending import ACKNOWLEDGEMENTS, INCIDENT_REPLIES
from desk.store.codec import body_of
from desk.store.desk_items import UNFILED, read_event, read_outgoing
from desk.store.incidents import latest_incidents
from desk.store.ledger import Setup
from desk.store.queue_count import kept_count
from local.x_simulator import search
from poll.sources import sources_for
from tests.torture.installation import the_policies, the_policy
from tests.torture.people import OURS, SUPPORT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from desk.event import Event
    from desk.store.codec import Item
    from tests.torture.installation import Installation

_WAITS_SECONDS = 86_400 + 3 * 3600
"""How long an event may wait for its case at most, by the longest pause of the schedules while all settles."""
_LAST_LOOK_SECONDS = 22 * 3600
"""A deletion before a post reaches this age is surely seen by the last look at it, at 23 hours."""


class Books:
    """The Desk table and X, read at one moment."""

    def __init__(self, installation: Installation) -> None:
        self.people = installation.people
        self.ledger = installation.ledger
        self.now = installation.now
        self.items = list(installation.dynamodb.tables["desk"].items())
        self.events = [read_event(item) for item in self._of("EVENT#")]
        self.outbox = {each.key: each for each in map(read_outgoing, self._of("OUTBOX#"))}
        self.cases = {case.case_id: case for case in (body_of(item, Case) for item in self._of("CASE#"))}

    def _of(self, prefix: str) -> Iterator[Item]:
        return (item for item in self.items if item["sk"]["S"].startswith(prefix))

    @property
    def inbound(self) -> dict[int, Event]:
        """Customers' posts by the first id of their edit history."""
        return {int(event.event_id): event for _, event in self.events if event.kind is Kind.POST and event.is_inbound}

    def ours(self, post_id: int) -> list[Event]:
        """Events of one of our posts that were filed to a case, or could be."""
        return [
            event
            for partition, event in self.events
            if event.kind is Kind.POST and event.post_id == str(post_id) and partition not in OURS.values()
        ]

    def case_of(self, post_id: int) -> str | None:
        """The case of a customer's post."""
        event = self.inbound.get(post_id)
        return event.filing.case_id if event and event.filing else None

    def answered_by(self, post_id: int) -> int | None:
        """The first version of the post that one of ours replies to; None if it is gone from X."""
        post = self.people.world.find(post_id)
        target = self.people.world.find(post.replied_to) if post and post.replied_to else None
        return target.first_id if target else None

    def of_case(self, case_id: str) -> list[Event]:
        return [event for _, event in self.events if event.filing and event.filing.case_id == case_id]


def check_always(books: Books) -> None:
    """What must hold at every moment, whatever happens."""
    _nothing_is_said_twice(books)
    _nothing_is_said_twice_to_everybody(books)
    _a_conversation_has_one_case(books)


def check_settled(books: Books) -> None:
    """What must hold when everything worked again for long enough."""
    check_always(books)
    _every_post_that_x_shows_is_in_one_case(books)
    _nothing_waits_too_long(books)
    _every_planned_post_came_to_an_end(books)
    _what_we_said_is_known_as_said(books)
    _no_automatic_reply_counts_as_an_answer(books)
    _every_answer_of_a_person_counts(books)
    _folding_again_gives_the_same_case(books)
    _every_open_case_is_due(books)
    _the_count_of_the_queue_is_that_of_its_cases(books)
    _a_case_tells_what_became_of_its_reply(books)
    _what_many_may_read_is_noted(books)
    _what_was_deleted_is_known_as_deleted(books)
    _what_was_hidden_is_known_as_deleted(books)
    _what_was_edited_is_known_as_edited(books)
    _caps_were_kept(books)
    _no_incident_is_forgotten(books)
    _what_belongs_to_an_incident_is_not_danger(books)


# ---- always


def _nothing_is_said_twice(books: Books) -> None:
    world = books.people.world
    by_conversation: Counter[tuple[int, str]] = Counter()
    by_case: Counter[str] = Counter()
    for post_id in books.people.automatic():
        post = world.find(post_id)
        assert post is not None
        assert post.replied_to is not None
        target = world._posts[post.replied_to]  # it may be deleted by now
        by_conversation[world.conversation_of(target), target.author_id] += 1
        case_id = books.case_of(target.first_id)
        assert case_id is not None, f"{post_id} answers {target.first_id}, which is in no case"
        by_case[case_id] += 1
    twice = [each for each, count in [*by_conversation.items(), *by_case.items()] if count > 1]
    assert not twice, f"said twice: {twice}"


def _a_conversation_has_one_case(books: Books) -> None:
    cases = defaultdict(set)
    for event in books.inbound.values():
        if event.filing and event.post:
            cases[event.customer_id, event.post.conversation_id].add(event.filing.case_id)
    split = {each: found for each, found in cases.items() if len(found) > 1}
    assert not split, f"one conversation, several cases: {split}"


# ---- settled


def _every_post_that_x_shows_is_in_one_case(books: Books) -> None:
    missing = {each for each in _shown(books) if books.case_of(each) not in books.cases}
    assert not missing, f"X shows what is in no case: {missing}"
    counted = Counter(event.filing.case_id for event in books.inbound.values() if event.filing)
    wrong = {case.case_id for case in books.cases.values() if case.posts != counted[case.case_id]}
    assert not wrong, f"cases that count other posts than were filed to them: {wrong}"


def _shown(books: Books) -> set[int]:
    """Customers' posts that the lists and searches of the desk show, by first id."""
    world = books.people.world
    found = [post for user_id in OURS.values() for post in world.mentions_of(user_id, user_id)]
    for source in _searches():
        matches = search.parse(source)
        found += [post for post in world.all_posts(SUPPORT) if matches(world, post)]
    return {post.first_id for post in found if post.author_id not in OURS.values()}


def _searches() -> list[str]:
    sources = sources_for(the_policy(), Setup(OURS, 0))
    return [source.query for source in sources if source.kind == "search"]


def _nothing_waits_too_long(books: Books) -> None:
    waiting = [read_event(item) for item in books.items if item.get("queue") == {"S": UNFILED}]
    late = [(partition, event.key) for partition, event in waiting if books.now - event.seen_at > _WAITS_SECONDS]
    assert not late, f"events that nobody filed: {late}"
    unfiled = [event.key for event in books.inbound.values() if event.filing is None]
    assert not unfiled, f"customers' posts that nobody filed: {unfiled}"


def _every_planned_post_came_to_an_end(books: Books) -> None:
    ends = {State.SENT, State.REFUSED, State.UNKNOWN}
    pending = {each.key: each.state for each in books.outbox.values() if each.state not in ends}
    assert not pending, f"planned and forgotten: {pending}"
    silent = [each.key for each in books.outbox.values() if each.state is not State.SENT and not each.reason]
    assert not silent, f"without a reason: {silent}"


def _what_we_said_is_known_as_said(books: Books) -> None:
    said = {str(post_id) for post_id in (*books.people.automatic(), *books.people.status_posts())}
    known = {each.post_id: each.key for each in books.outbox.values() if each.state is State.SENT}
    assert set(known) == said, f"X shows {said - set(known)} unknown to us; we say {set(known) - said} that X does not"


def _no_automatic_reply_counts_as_an_answer(books: Books) -> None:
    for post_id in books.people.automatic():
        events = books.ours(post_id)
        assert events, f"our own {post_id} was never read"
        wrong = [event.key for event in events if event.filing and event.filing.automatic is None]
        assert not wrong, f"automatic, and filed as a person's: {wrong}"


def _every_answer_of_a_person_counts(books: Books) -> None:
    answers: Counter[str] = Counter()
    for post_id in _visible(books, books.people.answered):
        events = books.ours(post_id)
        wrong = [event.key for event in events if event.filing and event.filing.automatic]
        assert not wrong, f"a person's, and filed as automatic: {wrong}"
        answers.update(event.filing.case_id for event in events if event.filing and event.filing.case_id)
        target = books.answered_by(post_id)
        case_id = books.case_of(target) if target else None
        filed = {event.filing.case_id for event in events if event.filing}
        assert case_id is None or case_id in filed, f"{post_id} answers {target} of {case_id}, and is in {filed}"
    wrong_cases = {case.case_id for case in books.cases.values() if case.answers != answers[case.case_id]}
    assert not wrong_cases, f"cases that count other answers than people gave: {wrong_cases}"


def _visible(books: Books, posts: Iterable[int]) -> Iterator[int]:
    return (post_id for post_id in posts if books.people.world.find(post_id))


def _folding_again_gives_the_same_case(books: Books) -> None:
    random = Random(books.now)
    for case in books.cases.values():
        events = books.of_case(case.case_id)
        told = events + random.sample(events, len(events) // 2)
        random.shuffle(told)
        again = fold(case.case_id, told, policies=the_policies(), now=books.now)
        assert again == case, f"{case.case_id} is stored otherwise than its events tell: {_differing(again, case)}"


def _differing(again: Case | None, case: Case) -> dict[str, tuple[object, object]]:
    names = [name for name in Case.__slots__ if getattr(again, name, None) != getattr(case, name)]
    return {name: (getattr(again, name, None), getattr(case, name)) for name in names}


def _every_open_case_is_due(books: Books) -> None:
    due = {item["case_id"]["S"] for item in books._of("CASE#") if "queue" in item and "due_at" in item}
    is_open = {case.case_id for case in books.cases.values() if case.is_open}
    assert due == is_open, f"open cases in no queue: {is_open - due}; others in one: {due - is_open}"


def _the_count_of_the_queue_is_that_of_its_cases(books: Books) -> None:
    counted = count(books.cases.values(), books.now)
    told = kept_count(books.ledger) or count([], books.now)
    assert told == counted, f"the queue is told as {told}, and is {counted}"


def _a_case_tells_what_became_of_its_reply(books: Books) -> None:
    for outgoing in filter(_is_automatic, books.outbox.values()):
        told = books.cases[outgoing.case_id].acknowledgement
        assert told is not None
        assert told.partition(":")[0] == outgoing.state, f"{outgoing.key} is {outgoing.state}, its case says {told}"


def _what_many_may_read_is_noted(books: Books) -> None:
    days = {day_of(each.at) for case in books.cases.values() for each in case.viral}
    noted = {(notice.case_id, notice.fact) for day in days for notice in books.ledger.notices(day)}
    silent = {(case.case_id, each.fact) for case in books.cases.values() for each in case.viral} - noted
    assert not silent, f"nobody would be told that many may read: {silent}"


def _what_was_deleted_is_known_as_deleted(books: Books) -> None:
    known = {event.concerns for _, event in books.events if event.kind is Kind.DELETED and event.filing}
    for post_id, at in books.people.deleted_at.items():
        event = books.inbound.get(post_id)
        if event and at < event.at + _LAST_LOOK_SECONDS and event.seen_at < event.at + _LAST_LOOK_SECONDS:
            assert str(post_id) in known, f"{post_id} was deleted on X, and stands here"


def _what_was_hidden_is_known_as_deleted(books: Books) -> None:
    known = {event.concerns for _, event in books.events if event.kind is Kind.DELETED and event.filing}
    for post_id, event in books.inbound.items():
        hidden_at = books.people.hidden_at.get(event.customer_id)
        if hidden_at and max(hidden_at, event.seen_at) < event.at + _LAST_LOOK_SECONDS:
            assert str(post_id) in known, f"{post_id} is hidden on X, and stands here"


def _what_was_edited_is_known_as_edited(books: Books) -> None:
    known = {event.event_id for _, event in books.events if event.kind is Kind.EDITED and event.filing}
    for version, first in books.people.edited.items():
        event = books.inbound.get(first)
        is_gone = first in books.people.deleted_at or (event and event.customer_id in books.people.hidden_at)
        is_looked_at = event and not is_gone and event.seen_at < event.at + _LAST_LOOK_SECONDS
        if is_looked_at and _second(version) < event.at + _LAST_LOOK_SECONDS:
            assert str(version) in known, f"{first} was edited on X, and {version} is unknown here"


def _second(post_id: int) -> int:
    return epoch_ms(str(post_id)) // 1000


def _caps_were_kept(books: Books) -> None:
    caps = the_policy().caps
    claimed = [each for each in books.outbox.values() if _may_be_out(each)]
    days = {day_of(each.claimed_at) for each in claimed if each.claimed_at is not None}
    by_day = {day: books.ledger.spent(day).get(ACKNOWLEDGEMENTS, 0) for day in days}
    assert all(counted <= caps.automatic_per_day for counted in by_day.values()), f"beyond the cap: {by_day}"
    assert len(claimed) <= sum(by_day.values()), "more posts than were counted"
    of_incidents = {day: books.ledger.spent(day).get(INCIDENT_REPLIES, 0) for day in days}
    share = share_of_day(the_policy())
    assert all(counted <= share for counted in of_incidents.values()), f"beyond the incidents' share: {of_incidents}"


def _may_be_out(outgoing: Outgoing) -> bool:
    is_out = outgoing.claimed_at is not None and outgoing.state in {State.SENT, State.UNKNOWN}
    return is_out and _is_automatic(outgoing)


def _is_automatic(outgoing: Outgoing) -> bool:
    return outgoing.kind is OutgoingKind.ACKNOWLEDGEMENT


# ---- incidents


def _nothing_is_said_twice_to_everybody(books: Books) -> None:
    shown = Counter(books.people.world._posts[post_id].full.text for post_id in books.people.status_posts())
    twice = [text for text, count in shown.items() if count > 1]
    assert not twice, f"said twice to everybody: {twice}"


def _no_incident_is_forgotten(books: Books) -> None:
    for incident in latest_incidents(books.ledger, most=100):
        known = {post.number: post.post_id for post in incident.status_posts}
        mine = [each for each in books.outbox.values() if each.key.startswith(f"STATUS#{incident.incident_id}#")]
        missing = {each.key for each in mine if each.post_id and known[status_number(each.key)] != each.post_id}
        assert not missing, f"status posts that are out, unknown to their incident: {missing}"
        assert incident.closed_at is not None, f"{incident.incident_id} is {incident.stage}, and was never closed"


def _what_belongs_to_an_incident_is_not_danger(books: Books) -> None:
    swallowed = {case.case_id for case in books.cases.values() if case.incident_id and case.priority is Priority.P1}
    assert not swallowed, f"P1 in an incident: {swallowed}"
