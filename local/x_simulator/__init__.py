"""A small simulator of X (Twitter), for tests and the local run. Loopback only, no network, no accounts.

    from local.x_simulator import Simulator, User, World

    world = World(now=1_700_000_000)
    world.add_user(User(id="1", username="brand"), token="brand-token")
    world.add_user(User(id="2", username="ana"))
    world.post(author="ana", text="@brand my order is late")
    with Simulator(world) as simulator:
        ...  # http://127.0.0.1:{simulator.port}/2/users/1/mentions
    python -m local.x_simulator --port-file FILE

What it simulates: X API v2 in its older dialect with OAuth 1.0a tokens (signatures are not verified) for the calls in
`endpoints`; snowflake ids, `since_id`, `until_id`, times and paging; only the newest 800 mentions, 3,200 posts of an
account and 7 days of search; absent `data`, partial errors; edits, deletions, protected and suspended accounts, long
posts, retweets, quotes, late indexing, figures that grow; the rules of posting (summoned, duplicate, length, deleted
target, unknown keys) and the rewriting of what is posted (t.co, leading names, `&amp;`); rate limits with their
headers; a plan of faults (`faults`); what X would bill. The clock is stepped, or the wall clock. Control: `control`.

What it does not: signatures, OAuth 2 and app-only tokens (401), media, polls, likes, follows, lists, reposts and quote
posts by API, streams and webhooks, reading messages (sending one is always 403), `previous_token`, search operators
beyond `search`, ranking, spam filters, the newer dialect (`post.fields`). Weighted length is approximated. A repost
of a post that mentions an account is listed among its mentions; whether X always does so is not documented.
"""

from local.x_simulator.allowance import Limits
from local.x_simulator.api import Answer, Request
from local.x_simulator.faults import Body, Fault, FaultPlan, Kind
from local.x_simulator.post import Metrics, Post, User
from local.x_simulator.server import Simulator
from local.x_simulator.snowflake import id_at, ms_of, to_ms
from local.x_simulator.world import World

__all__ = [
    "Answer",
    "Body",
    "Fault",
    "FaultPlan",
    "Kind",
    "Limits",
    "Metrics",
    "Post",
    "Request",
    "Simulator",
    "User",
    "World",
    "id_at",
    "ms_of",
    "to_ms",
]
