"""The world that the simulator shows: accounts, posts, edits, deletions, and the time.

Decides what exists at a moment and who may see it. Everything may be loaded ahead: a post exists once the clock has
reached its time, and is found once it has reached `indexed_at`. Knows nothing of HTTP, limits or faults.
Load accounts before the posts that name them: a name is resolved when its post is loaded.
"""

import html
import math
import time
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from local.x_simulator import snowflake
from local.x_simulator.post import Metrics, Post, User
from local.x_simulator.wording import (
    MAX_WEIGHT,
    NameSpan,
    Shown,
    show,
    tease,
    weighted_length,
    without_leading_names,
    words_of,
)

MAX_EDITS = 5
"""X, edit posts, 2026-08: a post can be edited up to five times."""

_RETWEET_LETTERS = 140


class World:
    """Accounts and posts under one clock.

    The clock is the wall clock until `now` is given or `advance_to` is called; from then on it moves only when told.
    """

    def __init__(self, now: float | None = None) -> None:
        self._stepped_now = now
        self._users: dict[str, User] = {}
        self._ids_by_name: dict[str, str] = {}
        self._ids_by_token: dict[str, str] = {}
        self._writing: set[str] = set()
        self._posts: dict[int, Post] = {}
        self._ids: list[int] = []
        self._ids_by_author: dict[str, list[int]] = defaultdict(list)
        self._ids_by_mentioned: dict[str, list[int]] = defaultdict(list)
        self._versions: dict[int, list[int]] = {}
        self._deleted_ms: dict[int, int] = {}
        self._metrics: dict[int, list[tuple[int, Metrics]]] = defaultdict(list)
        self._conversations: dict[int, int] = {}

    # ---- the clock

    @property
    def now(self) -> float:
        """The moment it is in this world, in epoch seconds."""
        return time.time() if self._stepped_now is None else self._stepped_now

    @property
    def now_ms(self) -> int:
        """The moment it is in this world, in epoch milliseconds."""
        return snowflake.to_ms(self.now)

    def advance_to(self, epoch_seconds: float) -> None:
        """Move the clock on to a moment; a stepped clock that would go back raises `ValueError`."""
        if self._stepped_now is not None and epoch_seconds < self._stepped_now:
            message = f"the clock shows {self._stepped_now} and can't go back to {epoch_seconds}"
            raise ValueError(message)
        self._stepped_now = epoch_seconds

    # ---- accounts

    def add_user(self, user: User, *, token: str | None = None, may_write: bool = True) -> User:
        """Add or replace an account; `token` is the OAuth 1.0a access token that acts for it, to read at least."""
        if (known := self._users.get(user.id)) is not None:
            self._ids_by_name.pop(known.username.casefold(), None)
        self._users[user.id] = user
        self._ids_by_name[user.username.casefold()] = user.id
        if token is not None:
            self._ids_by_token[token] = user.id
            self._writing.add(token) if may_write else self._writing.discard(token)
        return user

    def revoke(self, token: str) -> None:
        """Let an access token act for nobody any more."""
        self._ids_by_token.pop(token, None)

    def may_write(self, token: str) -> bool:
        """Say whether an access token was minted while its app might write."""
        return token in self._writing

    def user(self, user_id: str) -> User | None:
        """Return the account of an id."""
        return self._users.get(user_id)

    def user_named(self, username: str) -> User | None:
        """Return the account of a handle, written in whatever case and without its @."""
        return self._users.get(self._ids_by_name.get(username.casefold(), ""))

    def user_of_token(self, token: str) -> User | None:
        """Return the account for which an access token acts."""
        return self._users.get(self._ids_by_token.get(token, ""))

    def protect(self, user_id: str, *, at: float | None = None) -> None:
        """Let an account hide its posts from `at` on."""
        self._users[user_id] = replace(self._users[user_id], protected_at=self._moment(at))

    def suspend(self, user_id: str, *, at: float | None = None) -> None:
        """Let X suspend an account from `at` on."""
        self._users[user_id] = replace(self._users[user_id], suspended_at=self._moment(at))

    def is_protected(self, user: User) -> bool:
        """Say whether an account hides its posts by now."""
        return user.protected_at is not None and user.protected_at <= self.now

    def is_suspended(self, user: User) -> bool:
        """Say whether an account is suspended by now."""
        return user.suspended_at is not None and user.suspended_at <= self.now

    # ---- writing

    def post(
        self,
        *,
        author: str,
        text: str = "",
        created_at: float | None = None,
        post_id: str | int | None = None,
        indexed_at: float | None = None,
        reply_to: str | int | None = None,
        quotes: str | int | None = None,
        retweets: str | int | None = None,
        edits: str | int | None = None,
        mentions: Iterable[str] = (),
        lang: str = "und",
        metrics: Metrics | None = None,
    ) -> Post:
        """Load one post, past or to come, and return it.

        `author` and `mentions` are handles or user ids; `mentions` adds to the names found in the text. An id that is
        not given is made from `created_at`. `edits` names any version of the post that this one replaces; what that
        one answered and quoted stays. Raises `ValueError` for what X could not hold.
        """
        created_ms, number = self._number(created_at, post_id)
        earlier = self._posts[int(edits)] if edits is not None else None
        original = self._posts.get(int(retweets)) if retweets is not None else None
        writer = self._account(author)
        raw = text if original is None else self._retweet_text(original)
        by_hand = frozenset(self._account(name).id for name in mentions)
        full = self._name_by_hand(show(raw, resolve=self._resolve, key=str(number)), by_hand)
        post = Post(
            id=number,
            first_id=earlier.first_id if earlier else number,
            author_id=writer.id,
            created_ms=created_ms,
            indexed_ms=created_ms if indexed_at is None else snowflake.to_ms(indexed_at),
            full=full,
            brief=self._brief(raw, full, writer, number),
            words=words_of(raw),
            mentioned=frozenset(name.user_id for name in full.names),
            lang=lang,
            replied_to=earlier.replied_to if earlier else _number_or_none(reply_to),
            quoted=earlier.quoted if earlier else _number_or_none(quotes),
            retweeted=_number_or_none(retweets),
        )
        self._store(post)
        if metrics is not None:
            self._metrics[post.first_id].append((created_ms, metrics))
        return post

    def delete(self, post_id: str | int, *, at: float | None = None) -> None:
        """Let an author delete a post, with all its versions, at a moment."""
        self._deleted_ms[self._posts[int(post_id)].first_id] = snowflake.to_ms(self._moment(at))

    def measure(self, post_id: str | int, metrics: Metrics, *, at: float | None = None) -> None:
        """Give a post new public figures from a moment on."""
        figures = self._metrics[self._posts[int(post_id)].first_id]
        insort(figures, (snowflake.to_ms(self._moment(at)), metrics), key=lambda figure: figure[0])

    # ---- reading

    def find(self, post_id: int) -> Post | None:
        """Return a version of a post that exists by now and was not deleted, whoever may see it."""
        post = self._posts.get(post_id)
        return post if post is not None and self._exists(post, self.now_ms) else None

    def may_see(self, viewer_id: str, post: Post) -> bool:
        """Say whether an account may see a post: not of the suspended, of the protected only their own."""
        author = self._users[post.author_id]
        return not self.is_suspended(author) and (author.id == viewer_id or not self.is_protected(author))

    def mentions_of(self, user_id: str, viewer_id: str) -> Iterator[Post]:
        """Yield the posts of others that mention an account, newest first."""
        return self._listed(self._ids_by_mentioned.get(user_id, []), viewer_id)

    def posts_by(self, user_id: str, viewer_id: str) -> Iterator[Post]:
        """Yield the posts of an account, newest first."""
        return self._listed(self._ids_by_author.get(user_id, []), viewer_id)

    def all_posts(self, viewer_id: str) -> Iterator[Post]:
        """Yield every post that is found by now, newest first."""
        return self._listed(self._ids, viewer_id)

    def versions_of(self, post: Post) -> list[int]:
        """Return the ids of a post's versions that exist by now, first to last."""
        versions = self._versions.get(post.first_id)
        return [number for number in versions if self._is_found(number)] if versions else [post.id]

    def conversation_of(self, post: Post) -> int:
        """Return the first id of the post at the root of a conversation, or the first parent this world misses."""
        walked, current = [], post
        while (known := self._conversations.get(current.first_id)) is None:
            walked.append(current.first_id)
            parent = self._posts.get(current.replied_to) if current.replied_to is not None else None
            if parent is None:
                known = current.first_id if current.replied_to is None else current.replied_to
                break
            current = parent
        self._conversations.update(dict.fromkeys(walked, known))
        return known

    def author_replied_to(self, post: Post) -> str | None:
        """Return the id of the account that a post answers, when this world has the post it replies to."""
        parent = self._posts.get(post.replied_to) if post.replied_to is not None else None
        return parent.author_id if parent else None

    def quotes_of(self, post: Post) -> str | None:
        """Return the id of the account whose post is quoted, when this world has that post."""
        quoted = self._posts.get(post.quoted) if post.quoted is not None else None
        return quoted.author_id if quoted else None

    def metrics_of(self, post: Post) -> Metrics:
        """Return a post's public figures by now."""
        figures = self._metrics.get(post.first_id, [])
        return next((metrics for at_ms, metrics in reversed(figures) if at_ms <= self.now_ms), Metrics())

    def __len__(self) -> int:
        return len(self._posts)

    # ---- within

    def _moment(self, at: float | None) -> float:
        return self.now if at is None else at

    def _account(self, name: str) -> User:
        user = self._users.get(name) or self.user_named(name.removeprefix("@"))
        if user is None:
            message = f"no account {name!r} in this world"
            raise ValueError(message)
        return user

    def _resolve(self, name: str) -> tuple[str, str] | None:
        user = self.user_named(name)
        return (user.id, user.username) if user else None

    def _number(self, created_at: float | None, post_id: str | int | None) -> tuple[int, int]:
        """Return (epoch ms, id): an id tells its time, and a time that contradicts it is refused."""
        if post_id is None:
            created_ms = snowflake.to_ms(self._moment(created_at))
            return created_ms, self._free_id(created_ms)
        made_ms = snowflake.ms_of(int(post_id))
        if created_at is not None and int(created_at) != made_ms // 1000:
            message = f"post {post_id} was made at {made_ms / 1000}, not at {created_at}"
            raise ValueError(message)
        return made_ms, int(post_id)

    def _free_id(self, created_ms: int) -> int:
        number = snowflake.id_at(created_ms)
        while number in self._posts:
            number += 1
        return number

    def _retweet_text(self, original: Post) -> str:
        text = f"RT @{self._users[original.author_id].username}: {html.unescape(original.full.text)}"
        return text if len(text) <= _RETWEET_LETTERS else text[: _RETWEET_LETTERS - 1] + "…"

    def _name_by_hand(self, full: Shown, user_ids: frozenset[str]) -> Shown:
        """Add mentions that the text doesn't show, as spans of no width."""
        missing = user_ids - {name.user_id for name in full.names}
        spans = (NameSpan(0, 0, self._users[number].username, number) for number in sorted(missing))
        return replace(full, names=(*spans, *full.names)) if missing else full

    def _brief(self, raw: str, full: Shown, writer: User, number: int) -> Shown:
        if weighted_length(without_leading_names(raw)) <= MAX_WEIGHT:
            return full
        return tease(full, f"https://x.com/{writer.username}/status/{number}", key=str(number))

    def _store(self, post: Post) -> None:
        if post.id in self._posts:
            message = f"post {post.id} exists already"
            raise ValueError(message)
        if post.first_id != post.id:
            self._chain(post)
        self._posts[post.id] = post
        self._conversations.clear()
        insort(self._ids, post.id)
        insort(self._ids_by_author[post.author_id], post.id)
        for user_id in post.mentioned - {post.author_id}:
            insort(self._ids_by_mentioned[user_id], post.id)

    def _chain(self, post: Post) -> None:
        versions = self._versions.setdefault(post.first_id, [post.first_id])
        if len(versions) > MAX_EDITS or post.id < versions[-1]:
            message = f"post {post.first_id} can't be edited again: at most {MAX_EDITS} times, each after the last"
            raise ValueError(message)
        versions.append(post.id)

    def _exists(self, post: Post, now_ms: int) -> bool:
        return max(post.created_ms, post.indexed_ms) <= now_ms < self._deleted_ms.get(post.first_id, math.inf)

    def _is_found(self, number: int) -> bool:
        post = self._posts[number]
        return max(post.created_ms, post.indexed_ms) <= self.now_ms

    def _listed(self, numbers: list[int], viewer_id: str) -> Iterator[Post]:
        """Yield what a list shows by now: existing posts in their latest version, newest first."""
        now_ms = self.now_ms
        last = bisect_left(numbers, snowflake.id_at(max(now_ms + 1, snowflake.EPOCH_MS)))
        for index in range(last - 1, -1, -1):
            post = self._posts[numbers[index]]
            if self._exists(post, now_ms) and self.may_see(viewer_id, post) and self._is_latest(post):
                yield post

    def _is_latest(self, post: Post) -> bool:
        return post.first_id not in self._versions or self.versions_of(post)[-1] == post.id


def _number_or_none(post_id: str | int | None) -> int | None:
    return None if post_id is None else int(post_id)
