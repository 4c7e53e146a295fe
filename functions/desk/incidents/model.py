"""What an incident is: what belongs to it, by which evidence, what was done about it.

It says what an incident is and nothing of what to do; its stages and moves stand in `life`.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from desk.incidents.clusters import Cluster  # noqa: TC001 - the codec reads the types at run time


class Stage(StrEnum):
    """Where an incident stands; the same words in code, API and e-mails.

    SUSPECTED: more write than usual, nothing is done yet. DECLARED: single acknowledgements are held. MONITORING: it
    has calmed down and may flare up again. RESOLVED: over. DISMISSED: it was none.
    """

    SUSPECTED = "suspected"
    DECLARED = "declared"
    MONITORING = "monitoring"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"


class Evidence(Struct, frozen=True):
    """Why it is one: how many posts came within the hour before `at`, and how many would have by the baseline.

    `series` is "posts", "negative" or "topic:<name>"; `factor` is observed by expected; `score` as `detection` has it.
    """

    at: int
    series: str
    observed: float
    expected: float
    factor: float
    score: float


class Change(Struct, frozen=True):
    """It came to a stage: when (UTC epoch seconds), by whom (the desk, or the name of a token), why."""

    at: int
    stage: Stage
    by: str
    reason: str = ""


class StatusPost(Struct, frozen=True):
    """One status post: its number from 1, its words, who approved it (None: a draft), and under which key it goes out.

    `post_id` is X's, once the post is out; `refused` says why it never will be; `lost_at`: since when X has left open
    which of the two, and our own timeline is looked at. The posts after the first reply to the one before.
    """

    number: int
    text: str
    written_at: int
    approved_by: str | None = None
    approved_at: int | None = None
    post_id: str | None = None
    posted_at: int | None = None
    refused: str | None = None
    lost_at: int | None = None

    @property
    def is_on_its_way(self) -> bool:
        """It was approved, and nobody knows yet what became of it."""
        return self.approved_by is not None and self.post_id is None and self.refused is None


class Resolution(Struct, frozen=True):
    """How it was ended: by whom, and whether customers who got no automatic reply yet get one that says so.

    `at` is UTC epoch seconds.
    """

    at: int
    by: str
    replies: bool


class Incident(Struct, frozen=True):
    """One incident. Times are UTC epoch seconds.

    `since`: when the first five minutes above the baseline began. `cluster` says what belongs to it, `evidence` what
    was seen last and `peak` at its height. `examples`: a few posts as `<customer's user id>/<post id>`, the most
    telling first. `joined`: how many cases belong to it, `held`: how many of their automatic replies were held back,
    `answered`: how many got the incident's own reply, `spared`: how many of those held were never sent, both known once
    it is closed. `closed_at`: nothing of it is left to do since then.
    """

    incident_id: str
    stage: Stage
    cluster: Cluster
    since: int
    evidence: Evidence
    peak: Evidence
    changes: tuple[Change, ...]
    examples: tuple[str, ...] = ()
    joined: int = 0
    held: int = 0
    answered: int = 0
    status_posts: tuple[StatusPost, ...] = ()
    resolution: Resolution | None = None
    closed_at: int | None = None
    spared: int = 0

    def reached(self, stage: Stage) -> int | None:
        """Give when it first came to a stage."""
        return next((change.at for change in self.changes if change.stage is stage), None)

    @property
    def revision(self) -> int:
        """Count what people must have seen before they act: changes of stage, status posts and their approval.

        What the desk measures meanwhile does not step it, nor what became of a post.
        """
        approved = sum(post.approved_by is not None for post in self.status_posts)
        return len(self.changes) + len(self.status_posts) + approved

    @property
    def example_posts(self) -> tuple[tuple[str, str], ...]:
        """Give its examples as the customer's user id and the post id."""
        return tuple((customer, post) for customer, _, post in (each.partition("/") for each in self.examples))

    @property
    def published(self) -> StatusPost | None:
        """Give the first status post that X shows: the one to point to."""
        return next((post for post in self.status_posts if post.post_id), None)
