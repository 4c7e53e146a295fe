"""The simulator's own endpoints."""

import pytest

NOON = 1_700_000_000


def test_the_clock_is_read_and_set_and_never_goes_back(client):
    assert client.get("/_sim/clock").json() == {"now": NOON}
    assert client.post("/_sim/clock", {"now": NOON + 1.5}).json() == {"now": NOON + 1.5}
    assert client.post("/_sim/clock", {"now": NOON}).status == 400


def test_a_story_is_loaded_ahead_in_one_call(client, texts):
    client.post("/_sim/users", [{"id": "5", "username": "eva", "followers_count": 9, "token": "eva-token"}])
    made = client.post("/_sim/posts", [{"author": "eva", "text": "@brand helo", "created_at": NOON + 10, "lang": "en"}])
    first = made.json()["ids"][0]
    rest = [
        {"author": "eva", "text": "@brand hello", "created_at": NOON + 20, "edits": first},
        {"measure": first, "metrics": {"like_count": 7}, "at": NOON + 25},
        {"delete": first, "at": NOON + 30},
        {"protect": "5", "at": NOON + 40},
    ]
    ids = client.post("/_sim/posts", rest).json()["ids"]
    assert ids[1:] == [None, None, None]
    seen = []
    for moment in (NOON, NOON + 10, NOON + 20, NOON + 30):
        client.post("/_sim/clock", {"now": moment})
        seen.append(texts(client.mentions()))
    assert seen == [[], ["@brand helo"], ["@brand hello"], []]


def test_posts_are_listed_oldest_first_with_every_field(client):
    client.post("/2/tweets", {"text": "one"})
    client.post("/2/tweets", {"text": "two"})
    for author in ("brand", "1"):
        listed = client.get("/_sim/posts", author=author).json()["data"]
        assert [post["text"] for post in listed] == ["one", "two"]
    assert listed[0]["author_id"] == "1"
    assert client.get("/_sim/posts").json()["data"] == listed


def test_faults_and_limits_are_set_and_reported(client):
    assert client.post("/_sim/faults", [{"kind": "answer", "status": 503, "times": 2}]).json() == {"waiting": 2}
    assert client.mentions().status == 503
    client.post("/_sim/limits", {"per_quarter": {"GET /2/users/me": 1}})
    report = client.get("/_sim/report").json()
    assert (report["faults_served"], report["faults_waiting"]) == ({"answer": 1}, 1)
    client.mentions()
    assert [client.get("/2/users/me").status, client.get("/2/users/me").status] == [200, 429]


def test_a_reset_empties_the_world_and_sets_its_clock(client, simulator):
    client.post("/_sim/faults", [{"kind": "silence"}])
    client.post("/_sim/reset", {"now": NOON - 5_000})
    assert simulator.world.now == NOON - 5_000
    assert len(simulator.world) == 0
    assert client.mentions().status == 401


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/_sim/posts", [{"author": "nobody", "text": "x"}]),
        ("/_sim/posts", [{"author": "ana", "colour": "red"}]),
        ("/_sim/posts", [{"delete": "12"}]),
        ("/_sim/users", [{"id": "7"}]),
        ("/_sim/faults", [{"kind": "unknown"}]),
        ("/_sim/faults", [{"kind": "answer", "path": "("}]),
        ("/_sim/clock", {}),
        ("/_sim/limits", {"colour": 1}),
    ],
)
def test_what_can_not_be_done_is_told(client, path, body):
    answer = client.post(path, body)
    assert answer.status == 400
    assert answer.json()["error"]


def test_other_paths_do_not_exist(client):
    assert client.get("/_sim/nothing").status == 404
