"""What the simulated X knows about an account and about a post. Plain values; decides nothing."""

from dataclasses import dataclass
from datetime import UTC, datetime

from local.x_simulator.wording import Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """An account. Moments are epoch seconds; None means never.

    `affiliation` is what X shows as the label of the account, for example "Automated".
    """

    id: str
    username: str
    name: str = ""
    description: str = ""
    created_at: float = 1_300_000_000
    followers_count: int = 0
    following_count: int = 0
    tweet_count: int = 0
    listed_count: int = 0
    verified: bool = False
    verified_type: str = "none"
    affiliation: str | None = None
    protected_at: float | None = None
    suspended_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """The public figures of a post at one moment."""

    retweet_count: int = 0
    reply_count: int = 0
    like_count: int = 0
    quote_count: int = 0
    bookmark_count: int = 0
    impression_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One version of a post. Ids are ints in here and strings at every edge; times are epoch milliseconds.

    `first_id` is the id of the first version. `full` is the whole text as shown; `brief` is what stands in `text`,
    and differs only for long posts. `words` is what a search looks at. `mentioned` are user ids.
    """

    id: int
    first_id: int
    author_id: str
    created_ms: int
    indexed_ms: int
    full: Shown
    brief: Shown
    words: str
    mentioned: frozenset[str]
    lang: str = "und"
    replied_to: int | None = None
    quoted: int | None = None
    retweeted: int | None = None

    @property
    def is_long(self) -> bool:
        """Say whether the whole text stands in `note_tweet` only."""
        return self.full is not self.brief


def iso(epoch_ms: float) -> str:
    """Write a moment as X does: UTC, milliseconds, Z."""
    return datetime.fromtimestamp(epoch_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
