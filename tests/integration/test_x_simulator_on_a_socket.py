"""The simulator over HTTP: the real client library, lost answers, the process."""

import socket
import struct
import subprocess
import sys
from pathlib import Path

import pytest
import requests
import tweepy
from requests.adapters import HTTPAdapter

from local.x_simulator import Fault, Kind, Simulator, User, World

NOON = 1_700_000_000
REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def simulator():
    world = World(NOON)
    world.add_user(User(id="1", username="brand"), token="brand-token")
    world.add_user(User(id="2", username="ana"))
    for number in range(25):
        world.post(author="ana", text=f"@brand post {number}", created_at=NOON - number)
    with Simulator(world) as simulator:
        yield simulator


class ToSimulator(HTTPAdapter):
    """Sends what is meant for X to the simulator."""

    def __init__(self, port):
        super().__init__()
        self.base_url = f"http://127.0.0.1:{port}"

    def send(self, request, **options):
        request.url = request.url.replace("https://api.twitter.com", self.base_url)
        return super().send(request, **(options | {"timeout": 5}))


@pytest.fixture
def client(simulator):
    client = tweepy.Client(
        consumer_key="k", consumer_secret="s", access_token="brand-token", access_token_secret="s", return_type=dict
    )
    client.session.mount("https://api.twitter.com", ToSimulator(simulator.port))
    yield client
    client.session.close()


def test_tweepy_walks_the_mentions(client):
    first = client.get_users_mentions("1", max_results=20, tweet_fields=["author_id"], user_auth=True)
    rest = client.get_users_mentions("1", max_results=20, pagination_token=first["meta"]["next_token"], user_auth=True)
    assert (first["meta"]["result_count"], rest["meta"]["result_count"]) == (20, 5)
    assert first["data"][0]["author_id"] == "2"


def test_tweepy_makes_every_call_the_desk_makes(client, simulator):
    newest = next(simulator.world.mentions_of("1", "1"))
    sent = client.create_tweet(text="Thanks!", in_reply_to_tweet_id=newest.id)
    assert sent["data"]["text"] == "@ana Thanks!"
    assert client.get_users_tweets("1", user_auth=True)["data"][0]["id"] == sent["data"]["id"]
    assert client.get_tweets([newest.id, 99], user_auth=True)["errors"][0]["value"] == "99"
    assert client.get_users(ids=["2"], user_auth=True)["data"][0]["username"] == "ana"
    assert client.get_users(usernames=["ana"], user_auth=True)["data"][0]["id"] == "2"
    assert client.get_user(username="ana", user_auth=True)["data"]["id"] == "2"
    assert client.get_me()["data"]["username"] == "brand"
    found = client.search_recent_tweets("post -from:brand", max_results=10, user_auth=True)
    assert found["meta"]["result_count"] == 10


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, tweepy.BadRequest),
        (401, tweepy.Unauthorized),
        (402, tweepy.HTTPException),
        (403, tweepy.Forbidden),
        (404, tweepy.NotFound),
        (429, tweepy.TooManyRequests),
        (503, tweepy.TwitterServerError),
    ],
)
def test_tweepy_understands_the_errors(client, simulator, status, error):
    simulator.faults.add(Fault(kind=Kind.ANSWER, status=status))
    with pytest.raises(error) as caught:
        client.get_me()
    if status == 429:
        assert caught.value.reset_time == NOON + 900


def test_a_client_without_a_user_token_is_unauthorized(client):
    with pytest.raises(tweepy.Unauthorized):
        client.get_users_mentions("1")


@pytest.mark.parametrize("committed", [False, True])
def test_a_lost_answer_is_an_error_of_the_connection(client, simulator, committed):
    simulator.faults.add(Fault(kind=Kind.SILENCE, method="POST", committed=committed))
    with pytest.raises(requests.exceptions.ConnectionError):
        client.create_tweet(text="hello")
    posted = [post.full.text for post in simulator.world.posts_by("1", "1")]
    assert posted == (["hello"] if committed else [])


def test_a_connection_held_open_runs_into_the_clients_own_time_limit(simulator):
    simulator.faults.add(Fault(kind=Kind.SILENCE, hold_s=5))
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.get(f"http://127.0.0.1:{simulator.port}/2/users/me", timeout=0.2)


def test_stopping_hangs_up_on_idle_clients():
    simulator = Simulator(World(NOON))
    base_url = simulator.start()
    with requests.Session() as session:
        assert session.get(f"{base_url}/_sim/clock", timeout=5).json() == {"now": NOON}
        simulator.stop()
        with pytest.raises(requests.exceptions.ConnectionError):
            session.get(f"{base_url}/_sim/clock", timeout=5)


def test_a_client_that_is_killed_in_the_middle_of_a_request_is_passed_over(simulator, capsys):
    client = socket.create_connection(("127.0.0.1", simulator.port))
    client.sendall(b"GET /2/users/me HTT")
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # closing resets the connection
    client.close()
    assert requests.get(f"http://127.0.0.1:{simulator.port}/_sim/clock", timeout=5).json() == {"now": NOON}
    simulator.stop()
    assert capsys.readouterr().err == ""


def test_the_process_says_its_port_and_ends_within_a_second_of_sigterm(tmp_path):
    port_file = tmp_path / "port"
    command = [sys.executable, "-m", "local.x_simulator", "--port-file", str(port_file), "--now", str(NOON)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as process:
        try:
            base_url = process.stdout.readline().split()[-1]
            assert base_url == f"http://127.0.0.1:{port_file.read_text()}"
            users = [{"id": "1", "username": "brand", "token": "t"}]
            assert requests.post(f"{base_url}/_sim/users", json=users, timeout=5).json() == {"ids": ["1"]}
            assert requests.get(f"{base_url}/_sim/clock", timeout=5).json() == {"now": NOON}
        finally:
            process.terminate()
        assert process.wait(timeout=1) == 0
