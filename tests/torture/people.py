"""X with the people on it: customers who write, edit and delete, and our own who answer by their own apps.

Remembers who wrote what, so that the books can be told from the truth. The desk never sees this module.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local.x_simulator import Metrics, Simulator, User, World
from local.x_simulator.allowance import PER_QUARTER, Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.x_simulator import Post

BEGINS_AT = 1_772_528_400
"""2026-03-03T09:00:00Z, a Tuesday: 10:00 in Berlin."""

SUPPORT, BRAND, AGENT = "900", "901", "902"
OURS = {"pebblewinghelp": SUPPORT, "pebblewing": BRAND, "mia_pebblewing": AGENT}
CUSTOMERS = ("1001", "1002", "1003")
LARGE = "1002"
"""A customer whom many follow."""
TEXTS = (
    "@PebblewingHelp your app keeps crashing and I can't check in",
    "@PebblewingHelp can I take a folding bike on board?",
    "@Pebblewing @PebblewingHelp my bag is lost, 300 € & nobody answers!",
    "@PebblewingHelp thanks, that worked",
    "@PebblewingHelp what a lovely crew, thank you so much!",
    "@PebblewingHelp please no more automatic replies",
    "Pebblewing lost my bag again",
    "@mia_pebblewing thank you",
)
QUOTED = "Pebblewing at its best"
ANSWERS = ("So sorry, we look into it ^MR", "@{name} Please send us a message & your booking pebblewing.example ^MR")

_PLENTY = Limits(per_quarter=dict.fromkeys(PER_QUARTER, 10**9))


@dataclass(slots=True)
class People:
    """Everybody on X, and all that they did."""

    world: World = field(default_factory=lambda: World(now=BEGINS_AT))
    written: list[int] = field(default_factory=list)
    """First versions of customers' posts."""
    answered: list[int] = field(default_factory=list)
    """Posts that people of ours wrote."""
    deleted_at: dict[int, float] = field(default_factory=dict)
    hidden_at: dict[str, float] = field(default_factory=dict)
    """By customer: since when nobody sees their posts, for they protected them or X suspended the account."""
    edited: dict[int, int] = field(default_factory=dict)
    """By the id of the later version: the first one."""
    tokens: int = 0

    def __post_init__(self) -> None:
        for name, user_id in OURS.items():
            self.world.add_user(User(id=user_id, username=name), token=self.token(user_id))
        for user_id in CUSTOMERS:
            followers = 90_000 if user_id == LARGE else 12
            self.world.add_user(User(id=user_id, username=f"customer_{user_id}", followers_count=followers))

    def open(self) -> Simulator:
        """X in process, with room for every request."""
        return Simulator(self.world, limits=_PLENTY)

    def token(self, user_id: str) -> str:
        """The token that acts for an account now."""
        return f"token-{user_id}-{self.tokens}"

    def rotate_tokens(self) -> None:
        """Old tokens are refused from now on."""
        for user_id in OURS.values():
            self.world._ids_by_token.pop(self.token(user_id))
        self.tokens += 1
        for name, user_id in OURS.items():
            self.world.add_user(User(id=user_id, username=name), token=self.token(user_id))

    # ---- customers

    def write(self, customer: int, text: int, *, to: int | None = None, late: int = 0) -> None:
        """A customer writes, as a reply to a post if there is one; X may find it some seconds late."""
        post = self.world.post(
            author=CUSTOMERS[customer % len(CUSTOMERS)],
            text=TEXTS[text % len(TEXTS)],
            reply_to=self._some(self.standing(), to),
            indexed_at=self.world.now + late,
            lang="en",
        )
        self.written.append(post.id)
        self._breathe()

    def repost(self, customer: int, which: int, *, quoting: bool) -> None:
        """A customer reposts a post, or quotes it with words of their own that name nobody."""
        target = self._some(self.standing(), which)
        if target is None:
            return
        how: dict[str, Any] = {"quotes": target, "text": QUOTED} if quoting else {"retweets": target}
        post = self.world.post(author=CUSTOMERS[customer % len(CUSTOMERS)], lang="en", **how)
        self.written.append(post.id)
        self._breathe()

    def edit(self, which: int, text: int) -> None:
        """A customer edits a post for the first time."""
        target = self._some([each for each in self.written if self._is_fresh(each)], which)
        if target is not None:
            post = self.world.find(target)
            assert post is not None
            words = TEXTS[text % len(TEXTS)]
            later = self.world.post(author=post.author_id, text=words, edits=target, lang="en")
            self.edited[later.id] = target
            self._breathe()

    def like(self, which: int, likes: int) -> None:
        """Others like a customer's post, so many in all."""
        target = self._some(self.written, which)
        if target is not None:
            self.world.measure(target, Metrics(like_count=likes))

    def delete(self, which: int) -> None:
        """A customer deletes a post."""
        target = self._some([each for each in self.written if each not in self.deleted_at], which)
        if target is not None:
            self.world.delete(target)
            self.deleted_at[target] = self.world.now

    def hide(self, customer: int, *, by_x: bool) -> None:
        """A customer protects all posts, or X suspends the account; nobody comes back."""
        user_id = CUSTOMERS[customer % len(CUSTOMERS)]
        (self.world.suspend if by_x else self.world.protect)(user_id)
        self.hidden_at.setdefault(user_id, self.world.now)

    # ---- people of ours

    def answer(self, which: int, by: int, text: int, *, late: int = 0) -> None:
        """One of ours answers some post, by hand, from the support or from a private account."""
        target = self._some(self.standing(), which)
        if target is None:
            return
        post = self.world.find(target)
        assert post is not None
        words = ANSWERS[text % len(ANSWERS)].format(name=self._name(post.author_id))
        author = (SUPPORT, AGENT, BRAND)[by % 3]
        made = self.world.post(author=author, text=words, reply_to=target, indexed_at=self.world.now + late, lang="en")
        self.answered.append(made.id)
        self._breathe()

    def say(self) -> None:
        """The brand says something to everybody."""
        self.answered.append(self.world.post(author=BRAND, text="New routes from May on!", lang="en").id)

    # ---- the truth

    def standing(self) -> list[int]:
        """Latest versions of all posts that anybody can see now, the oldest first."""
        return sorted(post.id for post in self.world.all_posts(SUPPORT))

    def automatic(self) -> list[int]:
        """Replies of ours that nobody of ours wrote."""
        return sorted(post.id for post in self._unwritten() if not self._is_to_nobody(post))

    def status_posts(self) -> list[int]:
        """Posts of ours to nobody, or under one of those, that nobody of ours wrote."""
        return sorted(post.id for post in self._unwritten() if self._is_to_nobody(post))

    def _unwritten(self) -> Iterator[Post]:
        posts = (post for user_id in OURS.values() for post in self.world.posts_by(user_id, user_id))
        return (post for post in posts if post.id not in self.answered)

    def _is_to_nobody(self, post: Post) -> bool:
        return post.replied_to is None or self.world._posts[post.replied_to].author_id in OURS.values()

    def _breathe(self) -> None:
        """Nobody writes two posts in one millisecond."""
        self.world.advance_to(self.world.now + 0.25)

    def _some(self, posts: list[int], which: int | None) -> int | None:
        return posts[which % len(posts)] if posts and which is not None else None

    def _is_fresh(self, post: int) -> bool:
        found = self.world.find(post)
        return found is not None and self.world.versions_of(found) == [post] and found.created_ms < self.world.now_ms

    def _name(self, user_id: str) -> str:
        user = self.world.user(user_id)
        assert user is not None
        return user.username
