"""The calls of X API v2 that are simulated, each from its parameters to its document, and the table of them.

Decides what a list holds: range, order, page, how far back X reaches. What exists is the world's business, what may be
posted that of `posting`. Semantics: X's documentation of 2026-08 and its OpenAPI file 2.166; `since_id` reads inclusive
on timelines and exclusive on search.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from local.x_simulator import posting, problems, search
from local.x_simulator.allowance import DAY_S, POSTING
from local.x_simulator.metering import Meter
from local.x_simulator.parameters import Parameters, page_token
from local.x_simulator.post import Post, User, iso
from local.x_simulator.problems import Document, RefusedError
from local.x_simulator.rendering import Page, render_user
from local.x_simulator.snowflake import EPOCH_MS, id_at, ms_of, to_ms
from local.x_simulator.world import World

REACHABLE_MENTIONS = 800
REACHABLE_TIMELINE = 3_200
SEARCH_DAYS = 7
SEARCH_LAG_S = 10

_POST_FIELDS = frozenset({"tweet.fields", "user.fields", "media.fields", "poll.fields", "place.fields", "expansions"})
_USER_FIELDS = frozenset({"user.fields", "tweet.fields", "expansions"})
_RANGE = frozenset({"since_id", "until_id", "start_time", "end_time", "max_results", "pagination_token"})


@dataclass(frozen=True, slots=True)
class Call:
    """A request that was understood: who calls, what stands in the path, which parameters."""

    account: User
    path: Mapping[str, str]
    parameters: Parameters
    body: bytes


class Calls:
    """What the endpoints do, over one world."""

    def __init__(self, world: World, meter: Meter) -> None:
        self._world = world
        self._meter = meter
        self._sayings = posting.Sayings()

    # ---- accounts

    def get_me(self, call: Call) -> Document:
        """Answer GET /2/users/me."""
        return self._users_document(call, [call.account], [], is_list=False)

    def get_user_named(self, call: Call) -> Document:
        """Answer GET /2/users/by/username/{username}."""
        users, errors = self._look_up("username", [call.path["username"]], self._world.user_named)
        return self._users_document(call, users, errors, is_list=False)

    def get_users_named(self, call: Call) -> Document:
        """Answer GET /2/users/by?usernames=."""
        names = call.parameters.listed("usernames")
        return self._users_document(call, *self._look_up("usernames", names, self._world.user_named))

    def get_users(self, call: Call) -> Document:
        """Answer GET /2/users?ids=."""
        return self._users_document(call, *self._look_up("ids", call.parameters.ids("ids"), self._world.user))

    def _look_up(
        self, parameter: str, values: Iterable[str], find: Callable[[str], User | None]
    ) -> tuple[list[User], list[Document]]:
        users, errors = [], []
        for value in dict.fromkeys(values):
            user = find(value)
            if user is None:
                errors.append(problems.missing_user(parameter, value))
            elif self._world.is_suspended(user):
                errors.append(problems.suspended_user(parameter, value))
            else:
                users.append(user)
        return users, errors

    def _users_document(
        self, call: Call, users: list[User], errors: list[Document], *, is_list: bool = True
    ) -> Document:
        self._meter.count_read("users", (user.id for user in users), self._world.now)
        rendered = [render_user(self._world, user, call.parameters.names("user.fields")) for user in users]
        data = rendered if is_list else next(iter(rendered), None)
        return {name: value for name, value in {"data": data, "errors": errors}.items() if value}

    # ---- lists of posts

    def get_mentions(self, call: Call) -> Document:
        """Answer GET /2/users/{id}/mentions: of the newest 800, whatever is asked for."""
        return self._timeline(call, self._world.mentions_of, REACHABLE_MENTIONS)

    def get_timeline(self, call: Call) -> Document:
        """Answer GET /2/users/{id}/tweets: of the newest 3,200, whatever is excluded."""
        excluded = call.parameters.names("exclude")

        def is_wanted(post: Post) -> bool:
            return not (
                ("replies" in excluded and post.replied_to is not None)
                or ("retweets" in excluded and post.retweeted is not None)
            )

        return self._timeline(call, self._world.posts_by, REACHABLE_TIMELINE, is_wanted)

    def get_search(self, call: Call) -> Document:
        """Answer GET /2/tweets/search/recent: the last 7 days; an older `since_id` is refused with a better one."""
        size = call.parameters.count("max_results", 10, 100, 10)
        matches = search.parse(call.parameters.text("query"))
        oldest = _first_id_of(self._world.now - SEARCH_DAYS * DAY_S)
        since_id = call.parameters.post_id("since_id")
        if since_id is not None and since_id < oldest:
            raise _too_old(since_id, oldest)
        end = call.parameters.moment("end_time")
        if end is not None and end > self._world.now - SEARCH_LAG_S:
            raise _too_late(end)
        low, high = _bounds(call.parameters, oldest if since_id is None else since_id + 1)
        found = (post for post in self._world.all_posts(call.account.id) if post.id < high)
        within = _until(found, low)
        return self._page(call, (post for post in within if matches(self._world, post)), size)

    def get_posts(self, call: Call) -> Document:
        """Answer GET /2/tweets?ids=: what exists and may be seen in `data`, the rest in `errors`."""
        page, posts = self._empty_page(call), []
        for value in dict.fromkeys(call.parameters.ids("ids")):
            post = self._world.find(int(value))
            if post is None:
                page.errors.append(problems.missing_post("ids", value))
            elif not self._world.may_see(call.account.id, post):
                page.errors.append(problems.hidden_post("ids", post))
            else:
                posts.append(post)
        return self._render(page, posts)

    def _timeline(
        self,
        call: Call,
        listed: Callable[[str, str], Iterator[Post]],
        reachable: int,
        is_wanted: Callable[[Post], bool] | None = None,
    ) -> Document:
        size = call.parameters.count("max_results", 5, 100, 10)
        low, high = _bounds(call.parameters, call.parameters.post_id("since_id") or 0)
        user = self._world.user(call.path["id"])
        if user is None:
            return {"errors": [problems.missing_user("id", call.path["id"])]}
        if self._world.is_protected(user) and user.id != call.account.id:
            return {"errors": [problems.hidden_user("id", user.id)]}
        newest = islice(listed(user.id, call.account.id), reachable)
        within = _until((post for post in newest if post.id < high), low)
        return self._page(call, filter(is_wanted, within) if is_wanted else within, size)

    def _page(self, call: Call, posts: Iterator[Post], size: int) -> Document:
        shown = list(islice(posts, size))
        has_more = next(posts, None) is not None
        meta: Document = {"result_count": len(shown)}
        if shown:
            meta |= {"newest_id": str(shown[0].id), "oldest_id": str(shown[-1].id)}
        if has_more:
            meta["next_token"] = page_token(shown[-1].id)
        return self._render(self._empty_page(call), shown) | {"meta": meta}

    def _empty_page(self, call: Call) -> Page:
        return Page(
            self._world,
            call.account,
            post_fields=call.parameters.names("tweet.fields"),
            user_fields=call.parameters.names("user.fields"),
            expansions=call.parameters.names("expansions"),
        )

    def _render(self, page: Page, posts: list[Post]) -> Document:
        document = page.render(posts)
        ids = (*(str(post.id) for post in posts), *page.included_posts)
        self._meter.count_read("posts", ids, self._world.now)
        self._meter.count_read("users", page.included_users, self._world.now)
        return document

    # ---- writing

    def create_post(self, call: Call) -> Document:
        """Answer POST /2/tweets."""
        post = posting.publish(self._world, self._sayings, call.account, posting.read_draft(call.body))
        self._meter.count_created(has_link=bool(post.full.links))
        return {"data": {"id": str(post.id), "text": post.full.text}}

    def refuse_message(self, call: Call) -> Document:
        """Answer POST /2/dm_conversations/with/{participant_id}/messages: nobody here wrote a message first."""
        del call
        raise problems.forbidden(problems.NO_DIRECT_MESSAGE)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A row of the table of what can be called."""

    name: str
    run: Callable[[Calls, Call], Document]
    parameters: frozenset[str] = frozenset()
    status: int = 200

    def match(self, method: str, path: str) -> Mapping[str, str] | None:
        """Return the variables of the path when a request is for this endpoint."""
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.name)
        found = re.fullmatch(pattern, f"{method} {path}")
        return found.groupdict() if found else None


ENDPOINTS = (
    Endpoint("GET /2/users/me", Calls.get_me, _USER_FIELDS),
    Endpoint("GET /2/users/by/username/{username}", Calls.get_user_named, _USER_FIELDS),
    Endpoint("GET /2/users/by", Calls.get_users_named, _USER_FIELDS | {"usernames"}),
    Endpoint("GET /2/users", Calls.get_users, _USER_FIELDS | {"ids"}),
    Endpoint("GET /2/users/{id}/mentions", Calls.get_mentions, _POST_FIELDS | _RANGE),
    Endpoint("GET /2/users/{id}/tweets", Calls.get_timeline, _POST_FIELDS | _RANGE | {"exclude"}),
    Endpoint(
        "GET /2/tweets/search/recent", Calls.get_search, _POST_FIELDS | _RANGE | {"query", "next_token", "sort_order"}
    ),
    Endpoint("GET /2/tweets", Calls.get_posts, _POST_FIELDS | {"ids"}),
    Endpoint(POSTING, Calls.create_post, status=201),
    Endpoint("POST /2/dm_conversations/with/{participant_id}/messages", Calls.refuse_message, status=201),
)


def _bounds(parameters: Parameters, low: int) -> tuple[int, int]:
    """Return the ids between which posts are asked for, the first inclusive, the second exclusive."""
    start, end = parameters.moment("start_time"), parameters.moment("end_time")
    ends = (parameters.post_id("until_id"), None if end is None else _first_id_of(end))
    high = min([parameters.page(), *(number for number in ends if number is not None)])
    return max(low, 0 if start is None else _first_id_of(start)), high


def _first_id_of(moment: float) -> int:
    """Return the first id that a post of a moment may have; X's first for what is older than its ids."""
    return id_at(max(to_ms(moment), EPOCH_MS))


def _until(posts: Iterator[Post], low: int) -> Iterator[Post]:
    for post in posts:
        if post.id < low:
            return
        yield post


def _too_old(since_id: int, oldest: int) -> RefusedError:
    message = (
        f"'since_id' must be a tweet id created after [{iso(ms_of(oldest))}]. "
        f"Please use a 'since_id' that is larger than {oldest}"
    )
    return problems.invalid("since_id", [since_id], message)


def _too_late(end: float) -> RefusedError:
    message = f"'end_time' must be a minimum of {SEARCH_LAG_S} seconds prior to the request time."
    return problems.invalid("end_time", [iso(end * 1000)], f"Invalid 'end_time':'{iso(end * 1000)}'. {message}")
