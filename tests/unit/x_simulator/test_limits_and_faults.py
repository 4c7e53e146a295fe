"""Who may call, how often, and what goes wrong on request."""

import pytest

from local.x_simulator import Body, Fault, Kind, Limits
from local.x_simulator.faults import read_fault

NOON = 1_700_000_000


@pytest.mark.parametrize("token", ["", "wrong"])
def test_an_unknown_token_is_unauthorized(client, token):
    client.token = token
    answer = client.mentions()
    assert (answer.status, answer.json()["title"]) == (401, "Unauthorized")
    assert answer.content_type == "application/problem+json"


def test_a_suspended_account_may_not_call(client, world):
    world.suspend("1")
    assert client.mentions().status == 403


def test_a_token_that_may_only_read_does_not_post(client, world):
    owner = world.user_of_token(client.token)
    world.add_user(owner, token=client.token, may_write=False)
    assert client.mentions().headers["x-access-level"] == "read"
    refused = client.post("/2/tweets", {"text": "hello"})
    assert (refused.status, refused.json()["type"].rpartition("/")[2]) == (403, "oauth1-permissions")


def test_an_unknown_path_is_not_found(client):
    assert client.get("/2/nothing").status == 404


def test_the_headers_count_down_and_the_limit_ends_with_its_window(client, world, simulator):
    simulator.set_limits(Limits(per_quarter={"GET /2/users/{id}/mentions": 2}))
    assert client.mentions().headers == {
        "x-rate-limit-limit": "2",
        "x-rate-limit-remaining": "1",
        "x-rate-limit-reset": str(NOON + 900),
        "x-access-level": "read-write",
    }
    world.advance_to(NOON + 100)
    client.mentions()
    refused = client.mentions()
    assert (refused.status, refused.headers["x-rate-limit-remaining"]) == (429, "0")
    assert refused.headers["x-rate-limit-reset"] == str(NOON + 900)
    world.advance_to(NOON + 900)
    assert client.mentions().status == 200


def test_each_account_has_its_own_limit(client, simulator):
    simulator.set_limits(Limits(per_quarter={"GET /2/users/{id}/mentions": 1}))
    assert [client.mentions().status, client.mentions().status] == [200, 429]
    client.token = "care-token"
    assert client.mentions().status == 200


def test_posting_has_a_limit_for_the_day_with_headers_of_its_own(client, world, simulator):
    simulator.set_limits(Limits(posts_per_day=2))
    client.post("/2/tweets", {"text": "one"})
    world.advance_to(NOON + 3_600)
    second = client.post("/2/tweets", {"text": "two"})
    assert second.headers["x-user-limit-24hour-remaining"] == "0"
    assert second.headers["x-user-limit-24hour-reset"] == str(NOON + 86_400)
    assert second.headers["x-app-limit-24hour-remaining"] == "9998"
    assert client.post("/2/tweets", {"text": "three"}).status == 429
    world.advance_to(NOON + 86_400)
    assert client.post("/2/tweets", {"text": "three"}).status == 201


@pytest.mark.parametrize("status", [401, 402, 403, 429, 500, 503])
def test_a_scripted_error_hits_the_next_requests_and_then_no_more(client, simulator, status):
    simulator.faults.add(Fault(kind=Kind.ANSWER, status=status, times=2, path="/2/users/1/mentions"))
    assert client.get("/2/users/me").status == 200
    assert [client.mentions().status for _ in range(3)] == [status, status, 429 if status == 429 else 200]


def test_a_fault_may_mean_one_account_only(client, simulator):
    simulator.faults.add(Fault(kind=Kind.ANSWER, status=401, token="care-token"))
    assert client.mentions().status == 200
    client.token = "care-token"
    assert client.mentions().status == 401


def test_credits_used_up_have_a_name_of_their_own(client, simulator):
    simulator.faults.add(Fault(kind=Kind.ANSWER, status=402))
    assert client.mentions().json()["title"] == "CreditsDepleted"


def test_a_429_comes_in_both_shapes_and_says_when(client, simulator):
    simulator.faults.add(Fault(kind=Kind.ANSWER, status=429), Fault(kind=Kind.ANSWER, status=429, body=Body.LEGACY))
    modern, legacy = client.mentions(), client.mentions()
    assert modern.json()["title"] == "Too Many Requests"
    assert legacy.json() == {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}
    for answer in (modern, legacy):
        assert answer.headers["x-rate-limit-remaining"] == "0"
        assert answer.headers["x-rate-limit-reset"] == str(NOON + 900)


def test_html_and_empty_bodies_occur_even_with_200(client, simulator):
    simulator.faults.add(
        Fault(kind=Kind.ANSWER, status=502, body=Body.HTML), Fault(kind=Kind.ANSWER, status=200, body=Body.EMPTY)
    )
    page, nothing = client.mentions(), client.mentions()
    assert (page.status, page.content_type) == (502, "text/html; charset=utf-8")
    assert (nothing.status, nothing.body) == (200, b"")


@pytest.mark.parametrize("kind", [Kind.SILENCE, Kind.ANSWER])
@pytest.mark.parametrize("committed", [False, True])
def test_a_lost_answer_leaves_the_post_behind_only_when_it_was_committed(client, world, simulator, kind, committed):
    simulator.faults.add(Fault(kind=kind, method="POST", path="/2/tweets", committed=committed))
    answer = client.post("/2/tweets", {"text": "hello"})
    assert answer.silent_s == (0.0 if kind is Kind.SILENCE else None)
    assert [post.full.text for post in world.posts_by("1", "1")] == (["hello"] if committed else [])
    assert client.post("/2/tweets", {"text": "hello"}).status == (403 if committed else 201)


def test_a_repeated_token_leads_to_the_same_page_for_as_long_as_planned(client, world, simulator):
    for number in range(20):
        world.post(author="ana", text=f"@brand {number}", created_at=NOON - number)
    simulator.faults.add(Fault(kind=Kind.REPEAT_PAGE, times=2))
    first = client.mentions().json()
    again = client.mentions(pagination_token=first["meta"]["next_token"]).json()
    assert again["data"] == first["data"]
    honest = client.mentions(pagination_token=again["meta"]["next_token"]).json()
    assert honest["data"] == first["data"]
    assert client.mentions(pagination_token=honest["meta"]["next_token"]).json()["data"] != first["data"]


def test_fields_can_be_missing(client, world, simulator):
    world.post(author="ana", text="@brand hi")
    simulator.faults.add(Fault(kind=Kind.DROP_FIELDS, fields=("text", "author_id")))
    assert set(client.mentions(tweet__fields="author_id").json()["data"][0]) == {"id", "edit_history_tweet_ids"}


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"kind": "explode"},
        {"kind": "answer", "colour": 1},
        {"kind": "answer", "body": "x"},
        {"kind": "answer", "status": 999},
    ],
)
def test_a_fault_that_is_not_understood_is_refused(document):
    with pytest.raises(ValueError):
        read_fault(document)


def test_a_resource_is_billed_once_a_day(client, world, simulator):
    world.post(author="ana", text="@brand hi")
    client.mentions()
    client.mentions()
    world.advance_to(NOON + 86_400)
    client.mentions(expansions="author_id")
    report = simulator.report()
    assert (report["posts_returned"], report["posts_billed"]) == (3, 2)
    assert (report["users_returned"], report["users_billed"]) == (1, 1)
    assert report["requests"] == {"GET /2/users/{id}/mentions": 3}


def test_posts_with_links_are_counted_apart(client, simulator):
    client.post("/2/tweets", {"text": "plain"})
    client.post("/2/tweets", {"text": "see https://brand.example"})
    assert (simulator.report()["posts_created"], simulator.report()["posts_created_with_link"]) == (2, 1)
