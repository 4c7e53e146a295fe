"""The simulator's own endpoints under `/_sim/`: the clock, loading, faults, limits, counters.

Translates JSON into calls of the world and back; decides nothing. Everything but GET answers 400 with `{"error"}` when
it can't be done, and then nothing of the request after the faulty item was done.

| call | body | answer |
|---|---|---|
| GET /_sim/clock | | `{"now"}` epoch seconds |
| POST /_sim/clock | `{"now"}` | `{"now"}`; from the first time on the clock is stepped, and goes forwards only |
| POST /_sim/users | list of `User` fields, each with `token`? | `{"ids"}` |
| POST /_sim/posts | list of actions, see below | `{"ids"}`, null for what makes no post |
| GET /_sim/posts?author= | | `{"data"}`: what exists by now, oldest first, every field; author a handle or an id |
| POST /_sim/faults | list of faults, see `faults` | `{"waiting"}` |
| POST /_sim/limits | `Limits` fields; endpoints that are left out of `per_quarter` keep X's limit | `{}` |
| GET /_sim/report | | counters |
| POST /_sim/reset | `{"now"?}` | `{}`; an empty world, on the wall clock unless `now` is given |

Actions, in time order or not (a version after the one it edits, a deletion after its post):
* `{"author", "text", "created_at"?, "post_id"?, "indexed_at"?, "reply_to"?, "quotes"?, "retweets"?, "edits"?,
  "mentions"?, "lang"?, "metrics"?}`: see `World.post`; times are epoch seconds, all may lie ahead.
* `{"delete": id, "at"?}`, `{"measure": id, "metrics", "at"?}`: a post is deleted, or gets new figures
* `{"protect": user id, "at"?}`, `{"suspend": user id, "at"?}`: an account hides its posts, or X hides the account
"""

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from local.x_simulator.allowance import PER_QUARTER, Limits
from local.x_simulator.api import Answer, Request
from local.x_simulator.faults import read_fault
from local.x_simulator.post import Metrics, User
from local.x_simulator.problems import Document
from local.x_simulator.rendering import POST_FIELDS, render_post
from local.x_simulator.world import World

if TYPE_CHECKING:
    from local.x_simulator.server import Simulator


def answer_control(simulator: "Simulator", request: Request) -> Answer:
    """Carry out a request to `/_sim/...`."""
    run = _CONTROLS.get(f"{request.method} {request.path}")
    if run is None:
        return _answer(404, {"error": f"no {request.method} {request.path} here"})
    try:
        return _answer(200, run(simulator, request))
    except (ValueError, KeyError, TypeError, AttributeError, re.error) as error:
        return _answer(400, {"error": f"{type(error).__name__}: {error}"})


def load_actions(world: World, actions: list[Document]) -> list[str | None]:
    """Load posts, edits, deletions and figures; return the ids of the posts made, None for the rest."""
    return [_load(world, dict(action)) for action in actions]


def _load(world: World, action: Document) -> str | None:
    if "metrics" in action:
        action["metrics"] = Metrics(**action["metrics"])
    for verb, run in (("delete", world.delete), ("protect", world.protect), ("suspend", world.suspend)):
        if verb in action:
            run(action.pop(verb), **action)
            return None
    if "measure" in action:
        world.measure(action.pop("measure"), action.pop("metrics"), **action)
        return None
    return str(world.post(**action).id)


def _get_clock(simulator: "Simulator", _: Request) -> Document:
    return {"now": simulator.world.now}


def _set_clock(simulator: "Simulator", request: Request) -> Document:
    simulator.world.advance_to(float(json.loads(request.body)["now"]))
    return {"now": simulator.world.now}


def _add_users(simulator: "Simulator", request: Request) -> Document:
    for user in json.loads(request.body):
        simulator.world.add_user(User(**{key: user[key] for key in user if key != "token"}), token=user.get("token"))
    return {"ids": [user["id"] for user in json.loads(request.body)]}


def _add_posts(simulator: "Simulator", request: Request) -> Document:
    return {"ids": load_actions(simulator.world, json.loads(request.body))}


def _get_posts(simulator: "Simulator", request: Request) -> Document:
    world, asked = simulator.world, parse_qs(request.query).get("author")
    author = (world.user(asked[0]) or world.user_named(asked[0])) if asked else None
    if asked and author is None:
        message = f"no account {asked[0]!r}"
        raise ValueError(message)
    posts = world.posts_by(author.id, author.id) if author else world.all_posts("")
    return {"data": [render_post(world, post, POST_FIELDS) for post in reversed(list(posts))]}


def _add_faults(simulator: "Simulator", request: Request) -> Document:
    simulator.faults.add(*(read_fault(fault) for fault in json.loads(request.body)))
    return {"waiting": len(simulator.faults)}


def _set_limits(simulator: "Simulator", request: Request) -> Document:
    wanted = json.loads(request.body)
    simulator.set_limits(Limits(**{**wanted, "per_quarter": {**PER_QUARTER, **wanted.get("per_quarter", {})}}))
    return {}


def _get_report(simulator: "Simulator", _: Request) -> Document:
    return simulator.report()


def _reset(simulator: "Simulator", request: Request) -> Document:
    now = json.loads(request.body or b"{}").get("now")
    simulator.reset(now=None if now is None else float(now))
    return {}


_CONTROLS: dict[str, Callable[["Simulator", Request], Document]] = {
    "GET /_sim/clock": _get_clock,
    "POST /_sim/clock": _set_clock,
    "POST /_sim/users": _add_users,
    "POST /_sim/posts": _add_posts,
    "GET /_sim/posts": _get_posts,
    "POST /_sim/faults": _add_faults,
    "POST /_sim/limits": _set_limits,
    "GET /_sim/report": _get_report,
    "POST /_sim/reset": _reset,
}


def _answer(status: int, document: Any) -> Answer:
    return Answer(status, json.dumps(document).encode())
