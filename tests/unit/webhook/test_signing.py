"""Signatures against what the standard publishes, and secrets as they come and go."""

from __future__ import annotations

import base64
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.errors import Misconfigured
from webhook.endpoint import Endpoint, Secret, made_of, read
from webhook.signing import headers, signature

PUBLISHED = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
DAY = 86_400
NOW = 1_772_528_400


def test_the_signature_is_that_of_the_published_example():
    # standard-webhooks/standard-webhooks, libraries/python/tests/test_webhooks.py, test_sign_function (read 2026-11)
    made = signature("msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', PUBLISHED, now=1614265330)
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(st.binary(), st.binary(min_size=24, max_size=64), st.integers(0, 2**40))
def test_a_receiver_that_knows_the_secret_comes_to_the_same_signature(body, key, now):
    secret = Secret(made_of(key))
    told = headers("evt_1", body, [secret], now=now)["webhook-signature"]
    expected = hmac.digest(key, b"evt_1.%d." % now + body, "sha256")
    assert told == f"v1,{base64.b64encode(expected).decode()}"


def test_an_attempt_made_again_has_the_same_id_and_another_time():
    first, second = (headers("evt_1", b"{}", [PUBLISHED], now=NOW + later) for later in (0, 60))
    assert first["webhook-id"] == second["webhook-id"]
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 60
    assert first["webhook-signature"] != second["webhook-signature"]


def test_for_a_day_after_a_change_both_secrets_sign():
    before = Endpoint("https://crm.example/in", (PUBLISHED,))
    after = before.rotated(made_of(b"n" * 32), NOW)
    assert [each.value for each in after.signing(NOW + DAY - 1)] == [made_of(b"n" * 32), PUBLISHED.value]
    assert [each.value for each in after.signing(NOW + DAY)] == [made_of(b"n" * 32)]
    told = headers("evt_1", b"{}", after.signing(NOW), now=NOW)["webhook-signature"].split()
    assert signature("evt_1", b"{}", PUBLISHED, now=NOW) in told


def test_at_most_two_secrets_sign_however_often_they_change():
    after = Endpoint("https://crm.example/in", (PUBLISHED,))
    for each in range(5):
        after = after.rotated(made_of(bytes([each]) * 32), NOW)
    assert len(after.signing(NOW)) == 2


def test_an_endpoint_is_read_as_it_was_kept():
    kept = Endpoint("https://crm.example/in?a=b", (PUBLISHED, Secret(made_of(b"o" * 32), NOW)))
    assert read(kept.text) == kept


def test_neither_address_nor_secret_shows_in_a_log():
    shown = repr(Endpoint("https://hooks.slack.example/services/T0/B0/private", (PUBLISHED,)))
    assert "private" not in shown
    assert "MfKQ9" not in shown


@pytest.mark.parametrize("value", ["whsec_short", "whsec_" + "A" * 12, "whsec_no base64!", made_of(b"x" * 65)])
def test_what_is_no_secret_is_refused_and_not_told(value):
    with pytest.raises(Misconfigured) as refused:
        _ = Secret(value).key
    assert value.removeprefix("whsec_") not in str(refused.value)


def test_what_can_not_be_read_is_not_told():
    with pytest.raises(Misconfigured) as refused:
        read('{"url": "https://hooks.slack.example/services/private"}')
    assert "private" not in str(refused.value)
