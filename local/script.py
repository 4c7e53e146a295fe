"""What a play consists of: people, own accounts, and posts with their moments; loaded into the simulator ahead.

Keys of posts are the script's own names for them. Loading decides nothing about the desk: it only turns a script into
the world of the simulator, in an order in which every parent stands before its answers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.x_simulator import Metrics, User, id_at, to_ms

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from local.x_simulator import World


class ScriptError(ValueError):
    """A file that can't be played; the message names the place."""


@dataclass(frozen=True, slots=True)
class Person:
    """An account on X; `token` is the access token of an own account (None: a customer or an agent without one)."""

    name: str
    user_id: str
    token: str | None = None
    followers: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One post, or with `edits` a later version of one. Times are UTC epoch seconds, names are handles.

    `parent` names the post it replies to; a key that no line bears stands for a post that X does not show.
    """

    key: str
    author: str
    at: float
    text: str
    parent: str | None = None
    quotes: str | None = None
    retweets: str | None = None
    edits: str | None = None
    mentions: tuple[str, ...] = ()
    language: str = "und"
    indexed_at: float | None = None
    likes: int = 0


@dataclass(frozen=True, slots=True)
class Deletion:
    """The author deletes a post at a moment."""

    key: str
    at: float


@dataclass(frozen=True, slots=True)
class Aside:
    """A row that can't be played, with its place in the file and the reason."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Script:
    """Everything that will happen on X, and what was kept aside while reading it."""

    title: str
    people: tuple[Person, ...]
    lines: tuple[Line, ...]
    deletions: tuple[Deletion, ...] = ()
    aside: tuple[Aside, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def starts_at(self) -> float:
        """Moment of the first post."""
        return min(line.at for line in self.lines)

    @property
    def ends_at(self) -> float:
        """Moment after which nothing more happens on X."""
        return max([line.at for line in self.lines] + [deletion.at for deletion in self.deletions])

    def moments(self) -> list[float]:
        """Every moment at which something happens on X, in order."""
        found = {line.indexed_at or line.at for line in self.lines} | {each.at for each in self.deletions}
        return sorted(found)


def in_order(lines: Iterable[Line]) -> list[Line]:
    """Sort lines by time, parents before answers where the times are equal; raises ScriptError on a circle."""
    by_key = {line.key: line for line in lines}
    depth: dict[str, int] = {}

    def depth_of(line: Line) -> int:
        chain: list[str] = []
        here: Line | None = line
        while here is not None and here.key not in depth:
            if here.key in chain:
                raise ScriptError(f"post {here.key} answers itself")
            chain.append(here.key)
            here = by_key.get(here.parent or here.edits or "")
        base = depth[here.key] if here else -1
        for steps, key in enumerate(reversed(chain), start=1):
            depth[key] = base + steps
        return depth[line.key]

    return sorted(by_key.values(), key=lambda line: (line.at, depth_of(line)))


def load(script: Script, world: World) -> dict[str, str]:
    """Load a script into the simulator's world; gives the id on X of every key."""
    for person in script.people:
        user = User(id=person.user_id, username=person.name, followers_count=person.followers)
        world.add_user(user, token=person.token)
    ids: dict[str, str] = {}
    for line in in_order(script.lines):
        ids[line.key] = _post(line, world, ids)
    for deletion in script.deletions:
        world.delete(ids[deletion.key], at=deletion.at)
    return ids


def _post(line: Line, world: World, ids: Mapping[str, str]) -> str:
    post = world.post(
        author=line.author,
        text=line.text,
        created_at=line.at,
        indexed_at=line.indexed_at,
        reply_to=_id(line.parent, line, ids),
        quotes=_id(line.quotes, line, ids),
        retweets=_id(line.retweets, line, ids),
        edits=_id(line.edits, line, ids),
        mentions=line.mentions,
        lang=line.language,
        metrics=Metrics(like_count=line.likes) if line.likes else None,
    )
    return str(post.id)


def _id(key: str | None, line: Line, ids: Mapping[str, str]) -> str | None:
    """Give the id of a key; for a post that X does not show, one of its own from just before the answer."""
    if key is None:
        return None
    before = int(id_at(to_ms(line.at - 1)))
    return ids.get(key) or str(before + int.from_bytes(key.encode()[-2:]))
