"""A small brand's X: @brand (1) with a token, its second account @care (9), customers @ana (2) and @bo (3)."""

import json
from urllib.parse import urlencode

import pytest

from local.x_simulator import Answer, Limits, Request, Simulator, User, World

NOON = 1_700_000_000  # 2023-11-14 22:13:20 UTC, but noon is shorter to read
BRAND, ANA, BO, CARE = "1", "2", "3", "9"


class Client:
    """Calls the simulator in process, as one account."""

    def __init__(self, simulator: Simulator, token: str = "brand-token") -> None:
        self.simulator = simulator
        self.token = token

    def get(self, path: str, **query: object) -> Answer:
        encoded = urlencode({name.replace("__", "."): value for name, value in query.items()})
        return self.simulator.answer(Request("GET", path, encoded, f'OAuth oauth_token="{self.token}"'))

    def post(self, path: str, document: object) -> Answer:
        body = json.dumps(document).encode()
        return self.simulator.answer(Request("POST", path, "", f'OAuth oauth_token="{self.token}"', body))

    def reply(self, text: str, to: object) -> Answer:
        return self.post("/2/tweets", {"text": text, "reply": {"in_reply_to_tweet_id": str(to)}})

    def mentions(self, **query: object) -> Answer:
        return self.get(f"/2/users/{BRAND}/mentions", **query)

    def search(self, query: str, **more: object) -> Answer:
        return self.get("/2/tweets/search/recent", query=query, **more)


@pytest.fixture
def world() -> World:
    world = World(NOON)
    world.add_user(User(id=BRAND, username="brand", name="The Brand"), token="brand-token")
    world.add_user(User(id=CARE, username="care", affiliation="Automated"), token="care-token")
    world.add_user(User(id=ANA, username="ana", followers_count=120))
    world.add_user(User(id=BO, username="bo"))
    return world


@pytest.fixture
def simulator(world: World) -> Simulator:
    return Simulator(world, limits=Limits())


@pytest.fixture
def client(simulator: Simulator) -> Client:
    return Client(simulator)


@pytest.fixture
def texts():
    return lambda answer: [post["text"] for post in answer.json().get("data", [])]
