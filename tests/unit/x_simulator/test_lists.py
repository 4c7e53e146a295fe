"""Paging, bounds and fields of the reading calls."""

import pytest

from local.x_simulator import User, id_at

NOON = 1_700_000_000
DAY = 86_400


@pytest.fixture
def crowd(world):
    """Load posts that mention the brand, one a second, the last at noon; return them oldest first."""

    def load(count, *, author="ana"):
        return [
            world.post(author=author, text=f"@brand post {number}", created_at=NOON - count + 1 + number)
            for number in range(count)
        ]

    return load


def walk(get, **query):
    """Follow `next_token` to the end; return the ids met."""
    met, token = [], None
    while True:
        document = get(**query, **({"pagination_token": token} if token else {})).json()
        met += [int(post["id"]) for post in document.get("data", [])]
        token = document["meta"].get("next_token")
        if token is None:
            return met


def test_only_default_fields_and_those_asked_for_come_back(client, crowd):
    crowd(1)
    assert set(client.mentions().json()["data"][0]) == {"id", "text", "edit_history_tweet_ids"}
    asked = client.mentions(tweet__fields="author_id,created_at,nonsense").json()["data"][0]
    assert set(asked) == {"id", "text", "edit_history_tweet_ids", "author_id", "created_at"}
    assert asked["created_at"] == "2023-11-14T22:13:20.000Z"


def test_data_is_absent_when_nothing_is_there(client):
    assert client.mentions().json() == {"meta": {"result_count": 0}}


def test_a_page_tells_its_bounds_and_the_way_on(client, crowd):
    posts = crowd(12)
    document = client.mentions().json()
    assert [int(post["id"]) for post in document["data"]] == [post.id for post in reversed(posts)][:10]
    assert document["meta"] | {"next_token": ""} == {
        "result_count": 10,
        "newest_id": str(posts[-1].id),
        "oldest_id": str(posts[2].id),
        "next_token": "",
    }


def test_a_walk_meets_every_post_once(client, crowd):
    posts = crowd(234)
    assert walk(client.mentions, max_results=100) == [post.id for post in reversed(posts)]


def test_posts_that_arrive_during_a_walk_do_not_shift_its_pages(client, world, crowd):
    posts = crowd(20)
    token = client.mentions(max_results=10).json()["meta"]["next_token"]
    world.advance_to(NOON + 5)
    world.post(author="ana", text="@brand one more")
    rest = client.mentions(max_results=10, pagination_token=token).json()["data"]
    assert [int(post["id"]) for post in rest] == [post.id for post in reversed(posts[:10])]


@pytest.mark.parametrize(("count", "reachable"), [(799, 799), (800, 800), (805, 800)])
def test_only_the_newest_800_mentions_are_reachable(client, crowd, count, reachable):
    posts = crowd(count)
    assert walk(client.mentions, max_results=100) == [post.id for post in reversed(posts)][:reachable]


def test_beyond_the_reachable_mentions_there_is_no_data_and_no_error(client, crowd):
    posts = crowd(805)
    answer = client.mentions(until_id=posts[3].id)
    assert (answer.status, answer.json()) == (200, {"meta": {"result_count": 0}})


def test_only_the_newest_3200_posts_of_an_account_are_reachable(client, crowd):
    crowd(3_205)
    assert len(walk(lambda **query: client.get("/2/users/2/tweets", **query), max_results=100)) == 3_200


def test_since_id_is_inclusive_on_mentions_and_timelines_and_exclusive_on_search(client, crowd):
    posts = crowd(3)
    since = posts[1].id
    assert client.mentions(since_id=since).json()["meta"]["result_count"] == 2
    assert client.get("/2/users/2/tweets", since_id=since).json()["meta"]["result_count"] == 2
    assert client.search("post", since_id=since).json()["meta"]["result_count"] == 1


def test_until_id_is_exclusive(client, crowd):
    posts = crowd(3)
    assert client.mentions(until_id=posts[2].id).json()["meta"]["newest_id"] == str(posts[1].id)


def test_times_bound_a_list_first_inclusive_last_exclusive(client, crowd):
    crowd(4)
    document = client.mentions(start_time="2023-11-14T22:13:18Z", end_time="2023-11-14T22:13:20Z").json()
    assert document["meta"]["result_count"] == 2


@pytest.mark.parametrize(
    ("path", "query", "parameter"),
    [
        ("/2/users/1/mentions", {"max_results": 4}, "max_results"),
        ("/2/users/1/mentions", {"max_results": 101}, "max_results"),
        ("/2/users/1/mentions", {"max_results": "many"}, "max_results"),
        ("/2/users/1/mentions", {"since_id": "abc"}, "since_id"),
        ("/2/users/1/mentions", {"pagination_token": "!"}, "pagination_token"),
        ("/2/users/1/mentions", {"start_time": "yesterday"}, "start_time"),
        ("/2/users/1/mentions", {"count": 5}, "count"),
        ("/2/tweets/search/recent", {"query": "x", "max_results": 9}, "max_results"),
        ("/2/tweets/search/recent", {}, "query"),
        ("/2/tweets/search/recent", {"query": "x", "end_time": "2023-11-14T22:13:15Z"}, "end_time"),
        ("/2/tweets", {"ids": ",".join(map(str, range(101)))}, "ids"),
        ("/2/tweets", {"ids": "1,,2"}, "ids"),
        ("/2/tweets", {}, "ids"),
        ("/2/users", {"ids": "ana"}, "ids"),
    ],
)
def test_what_is_out_of_bounds_is_refused_with_its_name(client, path, query, parameter):
    answer = client.get(path, **query)
    assert answer.status == 400
    assert list(answer.json()["errors"][0]["parameters"]) == [parameter]


def test_search_reaches_seven_days_back(client, world):
    world.post(author="ana", text="parcel old", created_at=NOON - 7 * DAY - 1)
    world.post(author="ana", text="parcel new", created_at=NOON - 7 * DAY)
    assert client.search("parcel").json()["meta"]["result_count"] == 1


def test_an_older_since_id_is_refused_with_a_better_one(client):
    answer = client.search("parcel", since_id=id_at((NOON - 8 * DAY) * 1000))
    assert answer.status == 400
    suggested = int(answer.json()["errors"][0]["message"].rsplit(" ", 1)[1])
    assert client.search("parcel", since_id=suggested).status == 200


def test_a_long_post_has_its_whole_text_in_a_note(client, world):
    text = "@brand " + "so many words " * 30 + "at https://example.com & @bo"
    world.post(author="ana", text=text)
    post = client.mentions(tweet__fields="note_tweet,entities").json()["data"][0]
    assert len(post["text"]) <= 280
    assert post["note_tweet"]["text"].endswith("&amp; @bo")
    assert [name["username"] for name in post["entities"]["mentions"]] == ["brand"]
    assert [name["username"] for name in post["note_tweet"]["entities"]["mentions"]] == ["brand", "bo"]


def test_expansions_bring_what_they_name_and_the_field_they_hang_on(client, world):
    ours = world.post(author="brand", text="hello")
    world.post(author="ana", text="@brand @bo hi", reply_to=ours.id)
    wanted = "author_id,referenced_tweets.id,entities.mentions.username"
    document = client.mentions(expansions=wanted, user__fields="public_metrics").json()
    assert {"author_id", "referenced_tweets", "entities"} <= set(document["data"][0])
    assert {user["username"] for user in document["includes"]["users"]} == {"ana", "brand", "bo"}
    assert document["includes"]["users"][0]["public_metrics"]["followers_count"] == 120
    assert document["includes"]["tweets"][0]["id"] == str(ours.id)


def test_a_missing_parent_is_named_and_told_as_a_partial_error(client, world):
    missing = id_at((NOON - 900) * 1000)
    world.post(author="ana", text="@brand still nothing", reply_to=missing)
    asked = "conversation_id,referenced_tweets,in_reply_to_user_id"
    document = client.mentions(tweet__fields=asked, expansions="referenced_tweets.id").json()
    post = document["data"][0]
    assert post["conversation_id"] == str(missing)
    assert post["referenced_tweets"] == [{"type": "replied_to", "id": str(missing)}]
    assert "in_reply_to_user_id" not in post
    assert document["errors"][0]["resource_id"] == str(missing)


def test_a_lookup_answers_with_what_is_there_and_tells_what_is_not(client, world):
    there = world.post(author="ana", text="a")
    gone = world.post(author="ana", text="b")
    hidden = world.post(author="bo", text="c")
    world.delete(gone.id)
    world.protect("3")
    document = client.get("/2/tweets", ids=f"{there.id},{gone.id},{hidden.id}").json()
    assert [post["id"] for post in document["data"]] == [str(there.id)]
    kinds = {error["resource_id"]: error["type"].rsplit("/", 1)[1] for error in document["errors"]}
    assert kinds == {str(gone.id): "resource-not-found", str(hidden.id): "not-authorized-for-resource"}


def test_a_lookup_of_nothing_but_missing_posts_has_no_data(client):
    assert set(client.get("/2/tweets", ids="5").json()) == {"errors"}


def test_accounts_are_found_by_name_id_and_token(client):
    assert client.get("/2/users/me").json()["data"]["username"] == "brand"
    assert client.get("/2/users/by/username/ANA").json()["data"]["id"] == "2"
    assert [user["id"] for user in client.get("/2/users/by", usernames="ana,bo").json()["data"]] == ["2", "3"]
    document = client.get("/2/users", ids="2,77", user__fields="affiliation,public_metrics").json()
    assert document["data"][0]["public_metrics"]["followers_count"] == 120
    assert document["errors"][0]["value"] == "77"


def test_an_automated_account_says_so(client):
    assert client.get("/2/users/by/username/care", user__fields="affiliation").json()["data"]["affiliation"] == {
        "description": "Automated"
    }


def test_an_unknown_or_suspended_or_protected_account_is_a_partial_error(client, world):
    world.add_user(User(id="4", username="gone", suspended_at=NOON - 1))
    world.protect("3")
    assert client.get("/2/users/by/username/nobody").json()["errors"][0]["parameter"] == "username"
    assert client.get("/2/users", ids="4").json()["errors"][0]["detail"] == "User has been suspended: [4]."
    assert set(client.get("/2/users/3/tweets").json()) == {"errors"}
    assert set(client.get("/2/users/77/mentions").json()) == {"errors"}


def test_replies_and_reposts_can_be_left_out_of_a_timeline(client, world):
    root = world.post(author="ana", text="one")
    world.post(author="bo", text="@ana two", reply_to=root.id)
    world.post(author="bo", retweets=root.id)
    world.post(author="bo", text="three")
    assert client.get("/2/users/3/tweets", exclude="replies").json()["meta"]["result_count"] == 2
    assert client.get("/2/users/3/tweets", exclude="replies,retweets").json()["meta"]["result_count"] == 1
