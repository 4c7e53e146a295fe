"""Whether an account may post something, and what X makes of it.

Decides refusals in X's order and words, and the text that is stored. Reads the world and writes one post to it.
Rules: X changelog 2026-02-23 (replies only when summoned, quote posts off self-serve), X's OpenAPI file 2.166
(unknown keys), public error documents (duplicate, deleted target, too long). Only what the desk sends is simulated:
`text` and `reply`; other keys are refused as unknown, so that nobody relies on them here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.x_simulator import problems
from local.x_simulator.allowance import DAY_S
from local.x_simulator.post import Post, User
from local.x_simulator.wording import MAX_WEIGHT, NAME, weighted_length, without_leading_names
from local.x_simulator.world import World

_KEYS = frozenset({"text", "reply"})
_REPLY_KEYS = frozenset({"in_reply_to_tweet_id", "exclude_reply_user_ids", "auto_populate_reply_metadata"})


@dataclass(frozen=True, slots=True)
class Draft:
    """A post as the client sent it."""

    text: str
    reply_to: str | None = None
    excluded: frozenset[str] = frozenset()


class Sayings:
    """What each account said through the API and when, to tell duplicates."""

    def __init__(self) -> None:
        self._said_at: dict[tuple[str, str], float] = {}

    def is_repeated(self, account: User, text: str, now: float) -> bool:
        """Say whether the account said the same within the last 24 hours."""
        return now - self._said_at.get((account.id, text.strip()), float("-inf")) < DAY_S

    def note(self, account: User, text: str, now: float) -> None:
        """Remember what an account said."""
        self._said_at[account.id, text.strip()] = now


def read_draft(body: bytes) -> Draft:
    """Read the body of `POST /2/tweets`; unknown keys and wrong types raise `RefusedError` with 400."""
    try:
        document = json.loads(body)
    except ValueError:
        raise problems.plain(400, "The request body is not valid JSON.") from None
    if not isinstance(document, dict):
        raise problems.invalid("$", [document], "$: an object is expected")
    if "quote_tweet_id" in document:
        raise problems.forbidden(problems.NO_QUOTE_POSTS)
    _refuse_unknown(document, _KEYS, "$")
    text = document.get("text")
    if not isinstance(text, str) or not text.strip():
        raise problems.invalid("$.text", [text], "$.text: is missing but it is required")
    return Draft(text) if "reply" not in document else _read_reply(text, document["reply"])


def publish(world: World, sayings: Sayings, account: User, draft: Draft) -> Post:
    """Post a draft, or raise `RefusedError` with the reason that X would give first."""
    target = _target(world, account, draft)
    if weighted_length(without_leading_names(draft.text) if target else draft.text) > MAX_WEIGHT:
        raise problems.plain(400, problems.TOO_LONG)
    if target is not None and not is_summoned(world, account, target):
        raise problems.forbidden(problems.NOT_SUMMONED)
    if sayings.is_repeated(account, draft.text, world.now):
        raise problems.forbidden(problems.DUPLICATE)
    sayings.note(account, draft.text, world.now)
    text = draft.text if target is None else _address(world, account, target, draft)
    return world.post(author=account.id, text=text, reply_to=draft.reply_to)


def is_summoned(world: World, account: User, target: Post) -> bool:
    """Say whether the author of a post mentioned the account in it or quoted a post of the account.

    Going on after a post of one's own counts as summoned (inference: threads would be impossible otherwise).
    """
    return target.author_id == account.id or account.id in target.mentioned or world.quotes_of(target) == account.id


def _read_reply(text: str, reply: object) -> Draft:
    if not isinstance(reply, dict):
        raise problems.invalid("$.reply", [reply], "$.reply: an object is expected")
    _refuse_unknown(reply, _REPLY_KEYS, "$.reply")
    target = reply.get("in_reply_to_tweet_id")
    if not isinstance(target, str) or not target.isdecimal():
        path = "$.reply.in_reply_to_tweet_id"
        raise problems.invalid(path, [target], f"{path}: is missing but it is required")
    excluded = reply.get("exclude_reply_user_ids", [])
    if not isinstance(excluded, list) or not all(isinstance(number, str) for number in excluded):
        path = "$.reply.exclude_reply_user_ids"
        raise problems.invalid(path, [excluded], f"{path}: a list of strings is expected")
    return Draft(text, target, frozenset(excluded))


def _refuse_unknown(document: Mapping[str, Any], known: frozenset[str], path: str) -> None:
    for key in sorted(set(document) - known):
        message = f"{path}.{key}: is not defined in the schema and the schema does not allow additional properties"
        raise problems.invalid(f"{path}.{key}", [document[key]], message)


def _target(world: World, account: User, draft: Draft) -> Post | None:
    if draft.reply_to is None:
        return None
    target = world.find(int(draft.reply_to))
    if target is None or not world.may_see(account.id, target):
        raise problems.forbidden(problems.TARGET_GONE)
    return target


def _address(world: World, account: User, target: Post, draft: Draft) -> str:
    """Put the names of the author and of those the author mentioned before a reply, as X does by itself."""
    leading = draft.text.removesuffix(without_leading_names(draft.text))
    named = {name.casefold() for name in NAME.findall(leading)}
    others = sorted(target.mentioned - draft.excluded - {target.author_id})
    users = (world.user(number) for number in (target.author_id, *others))
    names = (user.username for user in users if user is not None and user.id != account.id)
    return " ".join([*(f"@{name}" for name in names if name.casefold() not in named), draft.text])
