"""X's API as the desk uses it; the only place that knows tweepy.

tweepy names the parameters and signs; what it leaves open is mended in one session: the host (hard-coded there), time
limits (it has none), and errors (its exceptions fail on some bodies of X). It never waits for a rate limit, and it
never tries twice: whoever calls decides what an error means. No token is ever logged or part of an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import requests
import tweepy
from msgspec import Struct, field
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from desk import author
from desk.errors import Ambiguous, BadPayload, DeskError, NotAllowed, Unavailable
from desk.post import FIELDS, Post, parse
from desk.x_refusals import Refusal, error, partial_reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from desk.author import Author
    from desk.credentials import Credentials

T = TypeVar("T")

_TWEEPYS_HOST = "https://api.twitter.com"
"""Written into tweepy 4.17.0 (read 2026-11); replaced before signing, so that the signature covers the true host."""

_CONNECT_WITHIN_SECONDS = 3
_ANSWER_WITHIN_SECONDS = 5

MOST_IDS = 100
"""Ids or names in one lookup (X, lookup endpoints, 2026-08)."""


class Page(Struct, frozen=True):
    """One page of posts, newest first as X gave it. `malformed`: (what X sent, why it can't be understood).

    `ids` are the ids of all its posts, malformed ones too where theirs can be read. `next_token` leads to X's next
    page; None if this is the last.
    """

    posts: tuple[Post, ...]
    malformed: tuple[tuple[Any, str], ...] = ()
    ids: tuple[str, ...] = ()
    next_token: str | None = None

    @property
    def count(self) -> int:
        """Posts that X returned, malformed ones included: what it bills."""
        return len(self.posts) + len(self.malformed)

    @property
    def has_more(self) -> bool:
        """X has older posts to give for the same question."""
        return self.next_token is not None


class Lookup(Struct, frozen=True):
    """Posts looked up by id. `missing`: id -> "deleted" or "hidden". `edited`: id -> id of its latest version."""

    posts: tuple[Post, ...]
    missing: Mapping[str, str] = field(default_factory=dict)
    edited: Mapping[str, str] = field(default_factory=dict)
    malformed: tuple[tuple[Any, str], ...] = ()

    @property
    def answered(self) -> frozenset[str]:
        """Ids about which X said anything, even if that can't be understood."""
        unreadable = (str(raw.get("id")) for raw, _ in self.malformed if isinstance(raw, dict))
        return frozenset((*(post.post_id for post in self.posts), *self.missing, *unreadable))


class Authors(Struct, frozen=True):
    """Accounts looked up, by id; who is missing was deleted or suspended. `malformed` as in a page."""

    by_id: Mapping[str, Author]
    malformed: tuple[tuple[Any, str], ...] = ()

    @property
    def count(self) -> int:
        """Accounts that X returned: what it bills."""
        return len(self.by_id) + len(self.malformed)


class Owner(NamedTuple):
    """The account that some credentials are of; `may_post` None: X does not say what they may do."""

    user_id: str
    name: str
    may_post: bool | None


class XClient:
    """X's API as one account; `base_url` is X's own, or that of a simulator on this machine.

    Every call raises Throttled (wait until), CredentialRefused, CreditsDepleted, NotAllowed, BadPayload or, when no
    usable answer came, Unavailable; `post` raises Ambiguous instead when the post may have been published.
    """

    def __init__(self, credentials: Credentials, base_url: str) -> None:
        self._client = tweepy.Client(
            consumer_key=credentials.consumer_key,
            consumer_secret=credentials.consumer_secret,
            access_token=credentials.access_token,
            access_token_secret=credentials.access_token_secret,
            return_type=requests.Response,
            wait_on_rate_limit=False,
        )
        self._session = _Session(base_url)
        self._client.session = self._session

    def me(self) -> Owner:
        """Give whose credentials these are, and what they may do."""
        response = self._client.get_me()
        user = _read(response).get("data") or {}
        try:
            return Owner(str(user["id"]), str(user["username"]), _may_post(response.headers.get("x-access-level")))
        except (KeyError, TypeError) as fault:
            raise Unavailable("X did not say whose credentials these are") from fault

    def user_ids(self, names: Sequence[str]) -> dict[str, str]:
        """Give user ids by lower-case name, of at most 100 names; names that X does not know are left out."""
        document = _read(self._client.get_users(usernames=list(names), user_auth=True))
        return {str(user["username"]).lower(): str(user["id"]) for user in document.get("data") or ()}

    def mentions(self, user_id: str, **wanted: Any) -> Page:
        """Give a page of posts that mention the account; X reaches the newest 800 (see `_params` for `wanted`)."""
        return _page(self._client.get_users_mentions(user_id, user_auth=True, **_params("pagination_token", **wanted)))

    def timeline(self, user_id: str, **wanted: Any) -> Page:
        """Give a page of posts by the account, replies included; X reaches the newest 3,200."""
        return _page(self._client.get_users_tweets(user_id, user_auth=True, **_params("pagination_token", **wanted)))

    def search(self, query: str, **wanted: Any) -> Page:
        """Give a page of posts of the last 7 days that match; raises TooOld when `since_id` is older than that."""
        return _page(self._client.search_recent_tweets(query, user_auth=True, **_params("next_token", **wanted)))

    def lookup(self, ids: Iterable[str]) -> Lookup:
        """Look up at most 100 posts by id: which still stand, and which have a later version."""
        document = _read(self._client.get_tweets(list(ids), user_auth=True, tweet_fields=FIELDS))
        posts, malformed = _parsed(document, parse)
        return Lookup(posts, dict(_missing(document)), dict(_edited(document)), malformed)

    def authors(self, user_ids: Iterable[str]) -> Authors:
        """Look up at most 100 accounts by id: who reads them, and how X verified them."""
        found = self._client.get_users(ids=list(user_ids), user_auth=True, user_fields=author.FIELDS)
        return _authors(_read(found))

    def post(self, text: str, *, reply_to: str | None = None) -> str:
        """Publish a post, as a reply to another if given, and give its id. Never call it twice for one text.

        Raises NotAllowed with reason not_summoned, duplicate, gone or forbidden; Ambiguous if it may be published.
        """
        self._session.close()  # a connection that X closed meanwhile would leave it open whether the post went out
        document = _posted(self._client.create_tweet(text=text, in_reply_to_tweet_id=reply_to))
        try:
            return str(document["data"]["id"])
        except (KeyError, TypeError) as fault:
            raise Ambiguous("X accepted a post and did not name it") from fault


def _may_post(level: str | None) -> bool | None:
    """Read the header by which X tells the rights of OAuth 1.0a tokens: read, read-write, read-write-directmessages.

    Source: xdevplatform/open-evolution, issue 21, 2022-08; X's reference does not list it.
    """
    return level.startswith("read-write") if level else None


class _Session(requests.Session):  # type: ignore[misc]  # requests ships no types
    """Sends to the configured host within time limits, and raises the desk's errors."""

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self._base_url = base_url.rstrip("/")

    def request(self, method: str, url: str, **how: Any) -> requests.Response:
        how |= {"timeout": (_CONNECT_WITHIN_SECONDS, _ANSWER_WITHIN_SECONDS), "allow_redirects": False}
        changes = method != "GET"
        try:
            response = super().request(method, url.replace(_TWEEPYS_HOST, self._base_url, 1), **how)
        except requests.RequestException as fault:
            raise _no_answer(fault, changes=changes) from fault
        if response.ok and not response.is_redirect:
            return response
        headers = {name.lower(): value for name, value in response.headers.items()}
        raise error(Refusal(response.status_code, headers, response.text, changes))


def _no_answer(fault: requests.RequestException, *, changes: bool) -> DeskError:
    words = f"X did not answer: {type(fault).__name__}"
    return Ambiguous(words) if changes and not _was_never_sent(fault) else Unavailable(words)


def _was_never_sent(fault: requests.RequestException) -> bool:
    """No connection was made, so X can't have seen the request."""
    cause = fault.args[0] if fault.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, (NewConnectionError, ConnectTimeoutError))


def _params(
    token_name: str,
    *,
    since_id: str | None = None,
    until_id: str | None = None,
    max_results: int = 100,
    token: str | None = None,
) -> dict[str, Any]:
    """Parameters of a list: since `since_id` (inclusive on mentions, exclusive on search), before `until_id`."""
    wanted = {"since_id": since_id, "until_id": until_id, "max_results": max_results, token_name: token}
    return {name: value for name, value in wanted.items() if value is not None} | {"tweet_fields": FIELDS}


def _read(response: requests.Response) -> dict[str, Any]:
    document = _json(response)
    if document is None:
        raise Unavailable("X answered with no JSON object")
    return document


def _posted(response: requests.Response) -> dict[str, Any]:
    document = _json(response)
    if document is None:
        raise Ambiguous("X answered a post with no JSON object")
    return document


def _json(response: requests.Response) -> dict[str, Any] | None:
    try:
        document = response.json()
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def _page(response: requests.Response) -> Page:
    document = _read(response)
    meta = document.get("meta")
    if not isinstance(meta, dict):
        raise _refused_list(document)
    posts, malformed = _parsed(document, parse)
    token = meta.get("next_token")
    return Page(posts, malformed, _ids(document), str(token) if token else None)


def _refused_list(document: Mapping[str, Any]) -> DeskError:
    """A 200 with neither data nor meta: X tells by `errors` that the account may not see this list."""
    reasons = [reason for each in _problems(document) if (reason := partial_reason(each))]
    return NotAllowed(f"X does not show this list: {reasons[0]}", reason="gone") if reasons else Unavailable("no list")


def _problems(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [each for each in document.get("errors") or () if isinstance(each, dict)]


def _raw(document: Mapping[str, Any]) -> list[Any]:
    found = document.get("data") or []
    if not isinstance(found, list):
        raise Unavailable("X answered with no list of posts")
    return found


def _parsed(
    document: Mapping[str, Any], read: Callable[[Mapping[str, Any]], T]
) -> tuple[tuple[T, ...], tuple[tuple[Any, str], ...]]:
    found: list[T] = []
    malformed: list[tuple[Any, str]] = []
    for raw in _raw(document):
        try:
            found.append(read(raw))
        except BadPayload as fault:
            malformed.append((raw, str(fault)))
    return tuple(found), tuple(malformed)


def _authors(document: Mapping[str, Any]) -> Authors:
    found, malformed = _parsed(document, author.parse)
    return Authors(dict(found), malformed)


def _ids(document: Mapping[str, Any]) -> tuple[str, ...]:
    found = (str(raw.get("id")) for raw in _raw(document) if isinstance(raw, dict))
    return tuple(each for each in found if each.isascii() and each.isdigit())


def _missing(document: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for problem in _problems(document):
        reason = partial_reason(problem)
        if reason and problem.get("resource_type", "tweet") in {"tweet", "post"}:
            yield str(problem.get("resource_id") or problem.get("value")), reason


def _edited(document: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for raw in _raw(document):
        known = raw if isinstance(raw, dict) else {}
        history = known.get("edit_history_tweet_ids") or known.get("edit_history_post_ids") or [known.get("id")]
        if str(history[-1]) != str(known.get("id")):
            yield str(known["id"]), str(history[-1])
