"""The poll as Lambda calls it: settings, credentials and clock from its surroundings."""

from __future__ import annotations

import json

import boto3
import pytest

from desk import credentials as secrets
from desk.meter import Metered, meter
from desk.settings import settings
from desk.store import aws, counted, edge
from desk.store.ledger import Setup
from desk.telemetry import metrics
from local.x_simulator import Simulator, User, World
from poll import handler

NOW = 1_790_000_000


class Context:
    function_name = "poll"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:eu-central-1:1:function:poll"
    aws_request_id = "request-1"

    def get_remaining_time_in_millis(self):
        return 45_000


@pytest.fixture
def world():
    world = World(now=NOW)
    world.add_user(User(id="900", username="PebblewingHelp"), token="at")
    world.add_user(User(id="501", username="ana"))
    return world


@pytest.fixture
def deployed(tables, world, monkeypatch):
    caches = (
        settings,
        aws.dynamodb,
        edge.desk_table,
        edge.ledger,
        secrets._known,
        secrets._parameters,
        handler._reader,
        meter,
    )
    for cached in caches:
        cached.cache_clear()
    monkeypatch.setattr(metrics.provider, "namespace", "MentionDesk")
    for module in (handler, counted):
        monkeypatch.setattr(module, "clock_from", lambda _: lambda: int(world.now))
    with Simulator(world) as simulator:
        monkeypatch.setenv("DESK_TABLE", tables[0])
        monkeypatch.setenv("LEDGER_TABLE", tables[1])
        monkeypatch.setenv("X_API_URL", f"http://127.0.0.1:{simulator.port}")
        monkeypatch.setenv("CREDENTIALS_PREFIX", "/desk/x")
        yield simulator
    for cached in caches:
        cached.cache_clear()


def put_credentials(token):
    keys = {"consumer_key": "ck", "consumer_secret": "cs", "access_token": token, "access_token_secret": "ts"}
    boto3.client("ssm").put_parameter(
        Name="/desk/x/pebblewing-help", Value=json.dumps(keys), Type="SecureString", Overwrite=True
    )


def run():
    return handler.handle({}, Context())


@pytest.mark.filterwarnings("ignore:No application metrics")
def test_before_the_setup_nothing_is_done(deployed):
    assert run() == {}
    assert deployed.report()["requests"] == {}


def test_a_mention_is_stored_with_credentials_from_the_parameter_store(deployed, world, ledger, desk):
    put_credentials("at")
    ledger.put("DESK", "SETUP", Setup({"pebblewinghelp": "900"}, NOW))
    post = world.post(author="ana", text="@PebblewingHelp hi", created_at=NOW + 5)
    world.advance_to(NOW + 60)
    assert run()["read"] >= 2
    assert desk.find_post(str(post.id)) == "501"
    (used,) = ledger.usage("2026-09-01", "2026-09-30").values()
    assert (used[Metered.INVOCATION], used[Metered.MENTION]) == (1, 1)


def test_rotated_credentials_are_found_without_a_gap(deployed, world, ledger, desk):
    put_credentials("old")
    ledger.put("DESK", "SETUP", Setup({"pebblewinghelp": "900"}, NOW))
    assert run()["read"] == 0
    put_credentials("at")
    post = world.post(author="ana", text="@PebblewingHelp hi", created_at=NOW + 5)
    world.advance_to(NOW + 11 * 60)
    assert run()["read"] >= 2
    assert desk.find_post(str(post.id)) == "501"


@pytest.mark.filterwarnings("ignore:No application metrics")
def test_while_another_run_holds_the_lease_nothing_is_asked(deployed, ledger):
    ledger.put("DESK", "SETUP", Setup({"pebblewinghelp": "900"}, NOW))
    ledger.take_lease("poll", owner="another", now=NOW, seconds=55)
    assert run() == {}
    assert deployed.report()["requests"] == {}
