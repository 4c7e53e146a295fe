"""The decision tree: from what a post shows to its category, priority and team, with the reasons in words.

Two tables are read from top to bottom, and the first branch whose conditions hold decides: `CATEGORIES` says what the
post is, `PRIORITIES` how urgent that makes it. A third one, `RAISES`, says what makes it more urgent than that: there
every raise that holds counts. The team follows from the policy's routes. Nothing else decides, and nothing here knows
words or languages; `docs/decision-tree.md` is drawn from the tables.

Pure in the post, the policy and the history given. Reasons never carry text of the post.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from msgspec import Struct

from desk.event import Assessment
from desk.policy.model import UNANSWERABLE, Category, Priority
from desk.reach import REASONS, Fact, may_hurt
from triage.engines import built_in
from triage.signals import Found, History, Sign, Signals, signals

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from desk.policy.model import Policy, Route
    from desk.post import Post
    from triage.engines import Engine

__all__ = ["CATEGORIES", "PRIORITIES", "RAISES", "Branch", "History", "Raise", "assess"]

Outcome = TypeVar("Outcome", Category, Priority)

_NO_SIGN = 0.5
"""Confidence of a decision for want of any sign."""


class Branch(Struct, Generic[Outcome], frozen=True):
    """It holds when the post shows every sign of `every`, one of `some` if there are any, and none of `none`.

    `among`: only for these categories, none named: for all. `reason` is a sentence for people.
    """

    name: str
    outcome: Outcome
    reason: str
    every: tuple[Sign, ...] = ()
    some: tuple[Sign, ...] = ()
    none: tuple[Sign, ...] = ()
    among: tuple[Category, ...] = ()

    def holds(self, found: Found, category: Category | None) -> bool:
        """Say whether this branch takes a post with these signs, which has this category if it has one yet."""
        return (
            (not self.among or category in self.among)
            and all(map(found.__contains__, self.every))
            and (not self.some or not found.keys().isdisjoint(self.some))
            and found.keys().isdisjoint(self.none)
        )

    def confidence(self, found: Found) -> float:
        """Give the confidence of the weakest sign it stands on."""
        strongest = max((found[sign] for sign in self.some if sign in found), default=1.0)
        weakest = min((found[sign] for sign in self.every), default=1.0)
        is_baseless = not (self.every or self.some or self.among)
        return _NO_SIGN if is_baseless else min(weakest, strongest)


class Raise(Struct, frozen=True):
    """It holds when a post that may be answered shows `sign`, and, `if_unhappy`, complains or sounds unhappy as well.

    `steps`: so many steps more urgent; 0: at least as urgent as `reach.priority` of the policy. `reason` is a sentence
    for people.
    """

    name: str
    sign: Sign
    reason: str
    steps: int = 0
    if_unhappy: bool = False

    def holds(self, seen: Signals, category: Category) -> bool:
        """Say whether it raises a post of this category with these signals."""
        is_unhappy = may_hurt(category, seen.sentiment.value, is_answerable=True)
        return self.sign in seen.found and category not in UNANSWERABLE and (is_unhappy or not self.if_unhappy)

    def raised(self, priority: Priority, policy: Policy) -> Priority:
        """Give how urgent a post is after it."""
        ranks = list(Priority)
        return ranks[max(0, ranks.index(priority) - self.steps)] if self.steps else min(priority, policy.reach.priority)


_WRONG = (Sign.COMPLAINT, Sign.PROBLEM)
_SERVICE = (Category.COMPLAINT, Category.PROBLEM, Category.QUESTION, Category.REQUEST)
_CLOSED = tuple(category for category in Category if category in UNANSWERABLE and category is not Category.SALES_LEAD)

CATEGORIES: tuple[Branch[Category], ...] = (
    Branch("repost", Category.RETWEET, "It repeats somebody's words.", every=(Sign.RETWEET,)),
    Branch(
        "about a competitor",
        Category.COMPETITOR,
        "It is about a competitor and not about us: listened to, never answered.",
        every=(Sign.COMPETITOR,),
        none=(Sign.NAMES_US, Sign.OPEN_CASE),
    ),
    Branch("danger", Category.PROBLEM, "It has words of danger to people.", every=(Sign.DANGER,)),
    Branch(
        "advertising",
        Category.SPAM,
        "It advertises and has no concern of its own.",
        every=(Sign.SPAM,),
        none=(Sign.COMPLAINT, Sign.AGAIN, Sign.OPEN_CASE),
    ),
    Branch(
        "wish to buy",
        Category.SALES_LEAD,
        "Its author wants to buy: a matter for sales, not for service.",
        every=(Sign.PURCHASE,),
        none=(*_WRONG, Sign.INSULT, Sign.NOW, Sign.OPEN_CASE),
    ),
    Branch(
        "insult without a concern",
        Category.TROLL,
        "It insults, says little else and names no concern.",
        every=(Sign.MOCKERY,),
        none=(*_WRONG, Sign.AGAIN, Sign.REQUEST, Sign.QUESTION, Sign.TOPIC, Sign.OPEN_CASE),
    ),
    # How we treated somebody comes before what does not work: both want help, the one wants an apology as well.
    Branch(
        "complaint",
        Category.COMPLAINT,
        "It complains of how we treat people.",
        some=(Sign.COMPLAINT, Sign.INSULT, Sign.AGAIN),
    ),
    Branch("problem", Category.PROBLEM, "It tells of something that does not work.", every=(Sign.PROBLEM,)),
    Branch(
        "help at once",
        Category.PROBLEM,
        "It cannot wait, and something is wrong.",
        every=(Sign.NOW,),
        some=(Sign.URGENT_TOPIC, Sign.NEGATIVE),
        none=(Sign.PRAISE, Sign.JOKE),
    ),
    Branch("suggestion", Category.FEEDBACK, "It suggests something.", every=(Sign.FEEDBACK,)),
    Branch(
        "end of the talk",
        Category.PRAISE,
        "It thanks us and needs no further answer.",
        every=(Sign.CLOSING, Sign.OPEN_CASE),
    ),
    # A plain wish or question is taken at its word, however it sounds to a machine; a very unhappy one is a complaint.
    Branch(
        "request", Category.REQUEST, "It asks us to do something.", every=(Sign.REQUEST,), none=(Sign.STOP, Sign.UPSET)
    ),
    Branch("short question", Category.QUESTION, "It asks a question.", every=(Sign.QUESTION, Sign.BRIEF)),
    Branch("question", Category.QUESTION, "It asks a question.", every=(Sign.QUESTION,), none=(Sign.UPSET,)),
    Branch(
        "joke",
        Category.JOKE,
        "It jokes and expects no answer.",
        every=(Sign.JOKE,),
        none=(Sign.URGENT_TOPIC, Sign.UPSET, Sign.OPEN_CASE),
    ),
    Branch(
        "unhappy",
        Category.COMPLAINT,
        "It sounds unhappy.",
        every=(Sign.NEGATIVE,),
        some=(Sign.UPSET, Sign.TOPIC, Sign.SUMMONS, Sign.OPEN_CASE),
    ),
    Branch("praise", Category.PRAISE, "It praises us.", every=(Sign.PRAISE,)),
    # Thanks among many words are too often bitter ("thanks for letting me sleep at the gate") to be thanked for.
    Branch("plain thanks", Category.PRAISE, "It thanks us.", every=(Sign.POSITIVE, Sign.BRIEF)),
    Branch("delight", Category.PRAISE, "It sounds very happy.", every=(Sign.GLAD, Sign.SHORT)),
    Branch(
        "urgent topic",
        Category.PROBLEM,
        "It is about an urgent topic, without saying what is wanted.",
        every=(Sign.URGENT_TOPIC,),
    ),
    Branch(
        "comparison",
        Category.COMPETITOR,
        "It speaks of us and a competitor, to neither.",
        every=(Sign.COMPETITOR,),
        none=(Sign.SUMMONS, Sign.NEGATIVE, Sign.OPEN_CASE),
    ),
    Branch("anything else", Category.CHATTER, "It shows no sign of a concern."),
)
"""What a post is: the first branch that holds decides."""

PRIORITIES: tuple[Branch[Priority], ...] = (
    Branch("nobody waits", Priority.P4, "Nobody waits for an answer.", among=_CLOSED),
    Branch("lead", Priority.P3, "Sales gets it.", among=(Category.SALES_LEAD,)),
    Branch("danger", Priority.P1, "People may be in danger.", every=(Sign.DANGER,)),
    Branch("now", Priority.P1, "It cannot wait.", every=(Sign.NOW,), among=_SERVICE),
    Branch(
        "urgent once more",
        Priority.P1,
        "It is about an urgent topic and not the first try.",
        every=(Sign.URGENT_TOPIC,),
        some=(Sign.COMES_BACK,),
        among=(Category.COMPLAINT, Category.PROBLEM),
    ),
    Branch("complaint", Priority.P2, "Complaints come first.", among=(Category.COMPLAINT,)),
    Branch(
        "problem that can wait",
        Priority.P3,
        "It tells calmly of something that can wait.",
        every=(Sign.CALM,),
        none=(Sign.URGENT_TOPIC, Sign.MONEY, Sign.AGAIN, Sign.COMES_BACK),
        among=(Category.PROBLEM,),
    ),
    Branch("problem", Priority.P2, "Problems come first.", among=(Category.PROBLEM,)),
    Branch("urgent topic", Priority.P2, "It is about an urgent topic.", every=(Sign.URGENT_TOPIC,), among=_SERVICE),
    Branch("money", Priority.P2, "Money is at stake.", every=(Sign.MONEY,), among=_SERVICE),
    Branch(
        "once more",
        Priority.P2,
        "It is not the first try.",
        some=(Sign.AGAIN, Sign.COMES_BACK),
        among=_SERVICE,
    ),
    Branch("wish", Priority.P3, "Somebody waits for an answer.", among=_SERVICE),
    Branch("anything else", Priority.P4, "Nothing presses."),
)
"""How urgent a post is, once it has a category: the first branch that holds decides."""

RAISES: tuple[Raise, ...] = (
    Raise("VIP", Sign.VIP, "Its author is a VIP of ours.", steps=1),
    Raise("large account", Sign.LARGE_ACCOUNT, REASONS[Fact.LARGE_ACCOUNT], if_unhappy=True),
    Raise("spreading", Sign.SPREADING, REASONS[Fact.SPREADING], if_unhappy=True),
)
"""What makes a post more urgent than that, one after the other."""


def assess(
    post: Post, *, policy: Policy, own_ids: frozenset[str], history: History, engine: Engine | None = None
) -> Assessment:
    """Decide what a customer's post is, how urgent, and whose; never raises, whatever the text.

    `own_ids` are the user ids of our accounts, `engine` hears the text, the desk's own if there is none. The confidence
    is that of the weakest signal the decision used.
    """
    heard_by = engine or built_in(policy)
    seen = signals(post, policy=policy, own_ids=own_ids, history=history, engine=heard_by)
    kind = _first(CATEGORIES, seen.found, None)
    urgency = _first(PRIORITIES, seen.found, kind.outcome)
    raises = [each for each in RAISES if each.holds(seen, kind.outcome)]
    team, why_team = _team(kind.outcome, seen, policy)
    return Assessment(
        category=kind.outcome,
        is_answerable=kind.outcome not in UNANSWERABLE,
        priority=_raised(urgency.outcome, raises, policy),
        team=team,
        language=seen.language.value,
        sentiment=seen.sentiment.value,
        confidence=min(kind.confidence(seen.found), urgency.confidence(seen.found)),
        topic=seen.topic.value,
        reasons=(
            kind.reason,
            urgency.reason,
            *(each.reason for each in raises),
            why_team,
            *_remarks(seen, policy, history),
        ),
        is_summons=Sign.SUMMONS in seen.found,
        is_closing_remark=Sign.CLOSING in seen.found,
        asks_to_stop=_asks_to_stop(seen.found),
        personal_data=seen.personal_data,
    )


def _first(branches: Iterable[Branch[Outcome]], found: Found, category: Category | None) -> Branch[Outcome]:
    return next(branch for branch in branches if branch.holds(found, category))


def _raised(priority: Priority, raises: Iterable[Raise], policy: Policy) -> Priority:
    for each in raises:
        priority = each.raised(priority, policy)
    return priority


def _asks_to_stop(found: Found) -> bool:
    """Only who speaks to us can tell us to stop."""
    return Sign.STOP in found and (Sign.SUMMONS in found or Sign.OPEN_CASE in found)


def _team(category: Category, seen: Signals, policy: Policy) -> tuple[str, str]:
    if category is Category.SALES_LEAD:
        return policy.sales_team, f"Team {policy.sales_team}: it takes those who want to buy."
    for number, route in enumerate(policy.routes, 1):
        if _takes(route, category, seen):
            return route.team, f"Team {route.team}: by route {number}."
    return policy.default_team, f"Team {policy.default_team}: no route takes it."


def _takes(route: Route, category: Category, seen: Signals) -> bool:
    return (
        (not route.categories or category in route.categories)
        and (not route.topics or seen.topic.value in route.topics)
        and (not route.languages or seen.language.value in route.languages)
    )


def _remarks(seen: Signals, policy: Policy, history: History) -> Sequence[str]:
    """Say what else whoever answers should know."""
    found, spoken = seen.found, seen.language
    remarks = (
        (history.cases > 0, f"Cases of its author so far: {history.cases}."),
        (bool(seen.topic.value), f"Topic: {seen.topic.value}."),
        (_asks_to_stop(found), "Its author wants no automatic replies."),
        (bool(seen.personal_data), f"It shows personal data ({', '.join(seen.personal_data)}): go on in private."),
        (spoken.confidence < _NO_SIGN, f"Its language is not clear: taken for {spoken.value}."),
        (spoken.value not in policy.languages, f"We do not answer in its language ({spoken.value})."),
        (Sign.PRAISE in found and Sign.NEGATIVE in found, "Its kind words may be meant otherwise."),
        (not seen.is_heard, f"Its tone is told by words alone: no model of tone knows its language ({spoken.value})."),
        (bool(seen.heard_by), seen.heard_by or ""),
    )
    return tuple(words for holds, words in remarks if holds)
