"""The search language of recent search, a small subset, as a predicate over posts.

Understood: words, "quoted phrases", `OR`, parentheses, `-`, `@x`, `#x`, `from:`, `to:`, `lang:`, `conversation_id:`,
`is:retweet|reply|quote`. AND binds tighter than OR. Anything else is refused rather than half understood.
Source: X, "Search posts: build a query", 2026-08. Words are cut at spaces and punctuation, as X does for languages that
write spaces. May not decide which posts are old enough or visible.
"""

import re
from collections.abc import Callable

from local.x_simulator.post import Post
from local.x_simulator.problems import RefusedError, invalid
from local.x_simulator.wording import words_of
from local.x_simulator.world import World

MAX_QUERY_LETTERS = 512
"""X, recent search on self-serve tiers, 2026-08."""

Matcher = Callable[[World, Post], bool]

_TOKEN = re.compile(r'\s*(-?\(|\)|-?"[^"]*"|[^\s()"]+)')
_OPERATOR = re.compile(r"([a-z_]+):(\S+)", re.IGNORECASE)


def _by_account(read: Callable[[World, Post], str | None]) -> Callable[[str], Matcher]:
    def of(name: str) -> Matcher:
        def matches(world: World, post: Post) -> bool:
            user = world.user_named(name.removeprefix("@"))
            return user is not None and read(world, post) == user.id

        return matches

    return of


def _by_mention(name: str) -> Matcher:
    def matches(world: World, post: Post) -> bool:
        user = world.user_named(name)
        return user is not None and user.id in post.mentioned

    return matches


def _by_tag(tag: str) -> Matcher:
    return lambda _, post: any(span.tag.casefold() == tag.casefold() for span in post.full.tags)


def _by_words(phrase: str) -> Matcher:
    words = words_of(phrase)
    return lambda _, post: words in post.words


_KINDS: dict[str, Matcher] = {
    "retweet": lambda _, post: post.retweeted is not None,
    "reply": lambda _, post: post.replied_to is not None,
    "quote": lambda _, post: post.quoted is not None,
}
_OPERATORS: dict[str, Callable[[str], Matcher]] = {
    "from": _by_account(lambda _, post: post.author_id),
    "to": _by_account(lambda world, post: world.author_replied_to(post)),
    "lang": lambda lang: lambda _, post: post.lang == lang,
    "conversation_id": lambda number: lambda world, post: str(world.conversation_of(post)) == number,
    "is": lambda kind: _KINDS[kind],
}
_NOT_ALONE = frozenset({"lang", "is"})


def parse(query: str) -> Matcher:
    """Turn a query into a predicate; a query that X refuses, or that is not understood, raises `RefusedError`."""
    if not 1 <= len(query) <= MAX_QUERY_LETTERS:
        limits = f"Rule must be between 1 and {MAX_QUERY_LETTERS} characters long"
        raise _refused(query, f"{limits}; it has {len(query)}.")
    parser = _Parser(query)
    matcher = parser.either()
    if parser.left:
        raise _refused(query, f"no viable alternative at input '{parser.left[0]}'")
    if not parser.stands_alone:
        raise _refused(query, "Rules must contain at least one positive, non-stopword clause that can stand alone.")
    return matcher


class _Parser:
    """Reads one query from left to right; `stands_alone` says whether a positive, selective clause was met."""

    def __init__(self, query: str) -> None:
        self._query = query
        self.left = _TOKEN.findall(query)
        if query.count('"') % 2:
            raise _refused(query, "a quotation mark is not closed")
        self.stands_alone = False

    def either(self) -> Matcher:
        choices = [self._both()]
        while self.left and self.left[0] == "OR":
            self.left.pop(0)
            choices.append(self._both())
        return choices[0] if len(choices) == 1 else lambda world, post: any(one(world, post) for one in choices)

    def _both(self) -> Matcher:
        clauses = []
        while self.left and self.left[0] not in {"OR", ")"}:
            clauses.append(self._clause())
        if not clauses:
            raise _refused(self._query, "a clause is missing")
        return clauses[0] if len(clauses) == 1 else lambda world, post: all(one(world, post) for one in clauses)

    def _clause(self) -> Matcher:
        token = self.left.pop(0)
        negated = token.startswith("-") and len(token) > 1
        body = token.removeprefix("-") if negated else token
        before = self.stands_alone
        matcher = self._group() if body == "(" else self._leaf(body)
        if not negated:
            return matcher
        self.stands_alone = before
        return lambda world, post: not matcher(world, post)

    def _group(self) -> Matcher:
        matcher = self.either()
        if not self.left or self.left.pop(0) != ")":
            raise _refused(self._query, "a parenthesis is not closed")
        return matcher

    def _leaf(self, body: str) -> Matcher:
        operator = _OPERATOR.fullmatch(body)
        self.stands_alone |= operator is None or operator.group(1) not in _NOT_ALONE
        if operator:
            return self._operator(*operator.groups())
        if body.startswith("@"):
            return _by_mention(body[1:])
        if body.startswith("#"):
            return _by_tag(body[1:])
        if not words_of(body).strip():
            raise _refused(self._query, f"'{body}' holds no word")
        return _by_words(body)

    def _operator(self, name: str, value: str) -> Matcher:
        try:
            return _OPERATORS[name](value)
        except KeyError:
            raise _refused(self._query, f"Reference to invalid operator '{name}:{value}'") from None


def _refused(query: str, reason: str) -> RefusedError:
    return invalid("query", [query], f"There were errors processing your request: {reason} (at position 1)")
