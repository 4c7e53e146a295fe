"""What a query finds, and which queries are refused."""

import pytest

from local.x_simulator.search import parse

POSTS = {
    "plain": {"author": "ana", "text": "my parcel from Brand Co is late again", "lang": "en"},
    "handle": {"author": "ana", "text": "@brand parcel?", "lang": "en"},
    "danish": {"author": "bo", "text": "min pakke er forsinket, branndco #sent", "lang": "da"},
    "own": {"author": "brand", "text": "Brand Co opens at nine", "lang": "en"},
}


@pytest.fixture
def found(world):
    posts = {name: world.post(**fields) for name, fields in POSTS.items()}
    posts["repost"] = world.post(author="bo", retweets=posts["plain"].id)
    posts["answer"] = world.post(author="brand", text="@ana sorry", reply_to=posts["handle"].id)

    def found(query):
        matches = parse(query)
        return {name for name, post in posts.items() if matches(world, post)}

    return found


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("parcel", {"plain", "handle", "repost"}),
        ("PARCEL late", {"plain", "repost"}),
        ('"brand co"', {"plain", "own", "repost"}),
        ('"co brand"', set()),
        ("branndco OR parcel", {"plain", "handle", "danish", "repost"}),
        ("parcel -is:retweet", {"plain", "handle"}),
        ("(branndco OR parcel) -is:retweet -@brand", {"plain", "danish"}),
        ("late OR parcel lang:en -is:retweet", {"plain", "handle", "repost"}),
        ("from:brand", {"own", "answer"}),
        ("brand -from:brand -is:retweet", {"plain", "handle"}),
        ('-from:brand "brand co" -is:retweet', {"plain"}),
        ("@brand", {"handle"}),
        ("to:ana", {"answer"}),
        ("#sent", {"danish"}),
        ("parcel is:reply", set()),
        ("parcel -(late OR again)", {"handle"}),
        ("@nobody", set()),
        ("parcels", set()),
    ],
)
def test_a_query_finds(found, query, names):
    assert found(query) == names


@pytest.mark.parametrize(
    "query",
    [
        "",
        "-is:retweet",
        "lang:en",
        "(parcel",
        "parcel)",
        "a OR",
        'the "brand',
        "has:media x",
        "is:nothing x",
        "()",
        "-x",
        "!!",
        "x" * 513,
    ],
)
def test_a_query_that_x_would_not_take_is_refused(client, query):
    answer = client.search(query)
    assert answer.status == 400
    assert answer.json()["errors"][0]["parameters"] == {"query": [query]}


def test_a_query_of_512_letters_is_taken(client):
    assert client.search("x" * 512).status == 200
