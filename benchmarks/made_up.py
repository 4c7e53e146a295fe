"""Made-up posts and cases to measure with: the same ones on every run. Nobody in them exists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from benchmarks.declared import FUNCTIONS
from desk.case import Case, fold
from desk.event import Direction, Event, Filing, Kind
from desk.outbox import acknowledgement_key
from desk.policy import load
from desk.post import Post, parse
from desk.snowflake import id_at
from desk.store.ledger import Setup
from poll.events import Accounts
from triage.tree import History, assess

if TYPE_CHECKING:
    from collections.abc import Iterator

    from desk.course import Course
    from desk.policy import Policy
    from desk.sla import Clock

MORNING = 1_772_528_400
"""2026-03-03T09:00:00Z, a Tuesday: 10:00 in Berlin, every team at work."""
MINUTE, HOUR, DAY = 60, 3600, 86_400

SUPPORT, BRAND = "7002", "7001"
_SEED = 20_260_303

TEXTS = (
    ("en", "@PebblewingHelp my bag did not arrive in Porto last night and nobody answers the phone. What do I do now?"),
    ("en", "@PebblewingHelp the app keeps crashing whenever I try to check in, on two different phones. Help please!"),
    (
        "de",
        "@PebblewingHelp seit drei Wochen warte ich auf die Erstattung für den gestrichenen Flug. Das ist unmöglich.",
    ),
    ("en", "@PebblewingHelp can I take a folding bike on board as hand luggage, or do I have to book it beforehand?"),
    ("es", "@PebblewingHelp mi vuelo lleva cuatro horas de retraso y nadie nos dice nada. ¿Cuándo salimos por fin?"),
    (
        "en",
        "@PebblewingHelp what a lovely crew on the evening flight to Oslo, thank you all so much for the warm welcome",
    ),
    (
        "fr",
        "@PebblewingHelp bonjour, comment changer le nom sur mon billet ? J'ai fait une faute en réservant hier soir.",
    ),
    (
        "en",
        "@PebblewingHelp charged twice for the same seat!!! Third time I write. I want my money back TODAY.",
    ),
    ("da", "@PebblewingHelp hvornår åbner check-in til flyet i morgen tidlig, og kan jeg nå det med toget fra Aarhus?"),
    (
        "en",
        "@PebblewingHelp on hold for 50 minutes because your site does not take my card. Is anybody there at all?",
    ),
)
"""What customers write: about as long as customers' posts to brands are, some 110 characters."""

ANSWER = "So sorry about this! Send us your booking number in a direct message and we will look into it right away ^MR"


@cache
def shipped_policy() -> Policy:
    """Give the policy that the desk ships with."""
    return load(FUNCTIONS / "policy.toml")


@cache
def setup() -> Setup:
    """Give what `desk setup` would have stored for the shipped policy, long before the first post."""
    names = [handle.name.lower() for handle in shipped_policy().handles]
    known = {"pebblewinghelp": SUPPORT, "pebblewing": BRAND}
    ids = {name: known.get(name, str(7100 + number)) for number, name in enumerate(names)}
    return Setup(ids, MORNING - 30 * DAY)


@cache
def accounts() -> Accounts:
    """Give our accounts by their user ids."""
    return Accounts.of(shipped_policy(), setup())


def raw_post(number: int, at: int) -> dict[str, Any]:
    """Give a customer's post as X's API sends it, with the fields that the desk asks for."""
    language, text = TEXTS[number % len(TEXTS)]
    post_id = str(int(id_at(at)) + 4_096 + number % 4_096)
    return {
        "id": post_id,
        "author_id": str(1_500_000_000_000_000_000 + number * 7_919),
        "conversation_id": post_id,
        "created_at": datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "edit_history_tweet_ids": [post_id],
        "entities": {"mentions": [{"start": 0, "end": 15, "username": "PebblewingHelp", "id": SUPPORT}]},
        "lang": language,
        "text": text,
        "public_metrics": {
            "retweet_count": number % 3,
            "reply_count": number % 5,
            "like_count": number % 17,
            "quote_count": 0,
            "bookmark_count": 0,
            "impression_count": 40 + number % 900,
        },
    }


def reply(to: Post, at: int, text: str) -> Post:
    """Give the post by which our support account answers a customer's, with the name that X puts before it."""
    post_id = id_at(at)
    return Post(
        post_id=post_id,
        first_id=post_id,
        author_id=SUPPORT,
        conversation_id=to.conversation_id,
        at=at,
        text=f"@customer_of_pebblewing {text}",
        language="en",
        mentions=(to.author_id,),
        replies_to=to.post_id,
        replies_to_user=to.author_id,
    )


def event_of(post: Post, *, customer_id: str | None = None) -> Event:
    """Give the event that polling makes of a post."""
    is_ours = post.author_id == SUPPORT
    return Event(
        customer_id=customer_id or post.author_id,
        kind=Kind.POST,
        event_id=post.first_id,
        at=post.at,
        seen_at=post.at + 30,
        source="timeline:pebblewinghelp" if is_ours else "mentions:pebblewinghelp",
        post_id=post.post_id,
        direction=Direction.OUTBOUND if is_ours else Direction.INBOUND,
        post=post,
        handle="pebblewinghelp",
        agent="Mia" if is_ours else None,
    )


@dataclass(frozen=True, slots=True)
class Story:
    """The filed events of one case."""

    case_id: str
    events: tuple[Event, ...]

    def case(self, now: int) -> Case:
        """Fold it."""
        folded = fold(self.case_id, self.events, policies={shipped_policy().version: shipped_policy()}, now=now)
        if folded is None:
            raise ValueError(f"{self.case_id} holds no post")
        return folded


def story(number: int, at: int, *, posts: int = 1, answered_after: int | None = None) -> Story:
    """Give a case of so many customer posts a minute apart, acknowledged, and answered after some seconds if at all."""
    first = parse(raw_post(number, at))
    case_id = f"{first.author_id}-{first.conversation_id}"
    written = [first, *(_later(first, number, at + index * MINUTE) for index in range(1, posts))]
    events = [_filed(event_of(post), case_id) for post in written]
    events.append(_acknowledged(first, case_id))
    if answered_after is not None:
        answer = reply(first, at + answered_after, ANSWER)
        events.append(_ours(event_of(answer, customer_id=first.author_id), case_id))
    return Story(case_id, tuple(events))


def cases(count: int, *, over_seconds: int, now: int, share_answered: float = 0.0) -> Iterator[Case]:
    """Give so many cases, opened over the seconds before `now`: two hundred folded ones, told of other customers."""
    random = Random(_SEED)
    moulds = [_mould(number, random, share_answered, now) for number in range(200)]
    for number in range(count):
        mould = moulds[number % len(moulds)]
        opened_at = now - over_seconds + over_seconds * number // count
        yield _told_of_another(mould, number, opened_at - mould.opened_at)


def _mould(number: int, random: Random, share_answered: float, now: int) -> Case:
    at = now - random.randrange(HOUR, 4 * HOUR)
    after = int(random.lognormvariate(6.6, 1.6)) if random.random() < share_answered else None
    return story(number, at, answered_after=after).case(now)


def _told_of_another(case: Case, number: int, later: int) -> Case:
    customer = str(1_500_000_000_000_000_000 + number * 104_729)
    post_id = str(int(id_at(case.opened_at + later)) + number % 4_096)
    return replace(
        case,
        customer_id=customer,
        case_id=f"{customer}-{post_id}",
        conversations=(post_id,),
        first_key=f"EVENT#{post_id.zfill(20)}#POST",
        opening_post=post_id,
        latest_post=post_id,
        opened_at=case.opened_at + later,
        latest_post_at=case.latest_post_at + later,
        course=_moved_course(case.course, later),
        clocks=tuple(_moved(clock, later) for clock in case.clocks),
        waiting_since=_later_by(case.waiting_since, later),
        first_answer_at=_later_by(case.first_answer_at, later),
        latest_answer_at=_later_by(case.latest_answer_at, later),
        acknowledged_at=_later_by(case.acknowledged_at, later),
        due_at=_later_by(case.due_at, later),
        next_change=_later_by(case.next_change, later),
    )


def _moved(clock: Clock, later: int) -> Clock:
    return replace(
        clock,
        started_at=clock.started_at + later,
        warn_at=clock.warn_at + later,
        due_at=clock.due_at + later,
        met_at=_later_by(clock.met_at, later),
        paused_at=_later_by(clock.paused_at, later),
        escalations=tuple(replace(each, at=each.at + later) for each in clock.escalations),
    )


def _moved_course(course: Course, later: int) -> Course:
    """Move the course of a case in which nobody but the customer and one agent did anything."""
    rounds = (
        replace(
            each,
            asks=tuple(replace(ask, at=ask.at + later) for ask in each.asks),
            answered_at=_later_by(each.answered_at, later),
        )
        for each in course.rounds
    )
    return replace(course, rounds=tuple(rounds), resolved_at=_later_by(course.resolved_at, later))


def _later_by(moment: int | None, seconds: int) -> int | None:
    return None if moment is None else moment + seconds


def _later(first: Post, number: int, at: int) -> Post:
    post = parse(raw_post(number, at))
    return replace(post, conversation_id=first.conversation_id, replies_to=first.post_id)


def _filed(event: Event, case_id: str) -> Event:
    if event.post is None:
        raise ValueError(f"{event.key} carries no post")
    made = assess(event.post, policy=shipped_policy(), own_ids=setup().own_ids, history=History())
    return replace(event, filing=Filing(case_id, shipped_policy().version, made, "planned"))


def _ours(event: Event, case_id: str) -> Event:
    return replace(event, filing=Filing(case_id, shipped_policy().version))


def _acknowledged(first: Post, case_id: str) -> Event:
    at = first.at + 2 * MINUTE
    event = Event(
        customer_id=first.author_id,
        kind=Kind.OUTCOME,
        event_id=id_at(at),
        at=at,
        seen_at=at,
        source="respond",
        post_id=id_at(at),
        direction=Direction.OUTBOUND,
        handle="pebblewinghelp",
        concerns=case_id,
        outbox_key=acknowledgement_key(case_id),
        state="sent",
    )
    return _ours(event, case_id)
