"""The client over a fake network: what goes out, and what each kind of silence means."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import responses
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError, ProtocolError

from desk.author import Author
from desk.credentials import Credentials, read
from desk.errors import Ambiguous, CredentialRefused, NotAllowed, Throttled, Unavailable
from desk.x_client import XClient

BASE = "https://api.x.com"
SECRETS = ("ck-secret", "cs-secret", "at-secret", "ats-secret")
RAW = {
    "id": "20",
    "text": "hi",
    "author_id": "5",
    "created_at": "2026-03-03T09:00:00Z",
    "edit_history_tweet_ids": ["20"],
}


@pytest.fixture
def x():
    return XClient(Credentials(*SECRETS), BASE)


@pytest.fixture
def net():
    with responses.RequestsMock() as net:
        yield net


def test_a_page_asks_the_configured_host_with_a_signature_for_it(x, net):
    net.get(f"{BASE}/2/users/900/mentions", json={"data": [RAW], "meta": {"result_count": 1, "next_token": "abc"}})
    page = x.mentions("900", since_id="7", until_id="99", max_results=50)
    [call] = net.calls
    query = parse_qs(urlsplit(call.request.url).query)
    assert (query["since_id"], query["until_id"], query["max_results"]) == (["7"], ["99"], ["50"])
    assert "expansions" not in query
    assert call.request.headers["Authorization"].startswith(("OAuth", b"OAuth"))
    assert (page.ids, page.count, page.has_more) == (("20",), 1, True)


def test_a_page_keeps_what_it_does_not_understand_aside(x, net):
    bad = {"id": "19", "text": None}
    net.get(f"{BASE}/2/users/900/tweets", json={"data": [RAW, bad, "?"], "meta": {"result_count": 3}})
    page = x.timeline("900")
    assert [post.post_id for post in page.posts] == ["20"]
    assert [raw for raw, _ in page.malformed] == [bad, "?"]
    assert (set(page.ids), page.count, page.has_more) == ({"19", "20"}, 3, False)


def test_authors_come_by_id_and_what_x_leaves_out_is_missing(x, net):
    known = {"id": "5", "public_metrics": {"followers_count": 70}, "verified_type": "blue"}
    gone = {"resource_id": "6", "type": "https://api.twitter.com/2/problems/resource-not-found"}
    net.get(f"{BASE}/2/users", json={"data": [known, {"id": "7"}], "errors": [gone]})
    found = x.authors(["5", "6", "7"])
    query = parse_qs(urlsplit(net.calls[0].request.url).query)
    assert (query["ids"], query["user.fields"]) == (["5,6,7"], ["created_at,public_metrics,verified_type"])
    assert found.by_id == {"5": Author(70, "blue")}
    assert ([raw for raw, _ in found.malformed], found.count) == ([{"id": "7"}], 2)


def test_authors_of_whom_x_knows_none_are_no_error(x, net):
    net.get(f"{BASE}/2/users", json={"errors": [{"resource_id": "6"}]})
    assert x.authors(["6"]).count == 0


def test_an_empty_page_is_no_error(x, net):
    net.get(f"{BASE}/2/tweets/search/recent", json={"meta": {"result_count": 0}})
    assert x.search('"pebblewing"').count == 0


def test_a_list_that_may_not_be_seen_is_refused_and_not_empty(x, net):
    problem = {"type": "https://api.twitter.com/2/problems/not-authorized-for-resource", "resource_type": "user"}
    net.get(f"{BASE}/2/users/900/tweets", json={"errors": [problem]})
    with pytest.raises(NotAllowed):
        x.timeline("900")


def test_a_lookup_tells_what_is_gone_and_what_was_edited(x, net):
    edited = RAW | {"id": "21", "edit_history_tweet_ids": ["21", "25"]}
    gone = {
        "type": "https://api.twitter.com/2/problems/resource-not-found",
        "resource_type": "tweet",
        "resource_id": "22",
        "value": "22",
    }
    net.get(f"{BASE}/2/tweets", json={"data": [RAW, edited], "errors": [gone]})
    found = x.lookup(["20", "21", "22"])
    assert (found.missing, found.edited) == ({"22": "deleted"}, {"21": "25"})
    assert found.answered == {"20", "21", "22"}


def test_me_and_user_ids(x, net):
    net.get(f"{BASE}/2/users/me", json={"data": {"id": "900", "username": "PebblewingHelp", "name": "P"}})
    net.get(f"{BASE}/2/users/by", json={"data": [{"id": "901", "username": "Pebblewing", "name": "P"}]})
    assert x.me() == ("900", "PebblewingHelp", None)
    assert x.user_ids(["Pebblewing", "nobody"]) == {"pebblewing": "901"}


@pytest.mark.parametrize(
    ("level", "may_post"), [("read", False), ("read-write", True), ("read-write-directmessages", True)]
)
def test_x_tells_in_a_header_what_credentials_may_do(x, net, level, may_post):
    document = {"data": {"id": "900", "username": "PebblewingHelp"}}
    net.get(f"{BASE}/2/users/me", json=document, headers={"x-access-level": level})
    assert x.me().may_post is may_post


def test_a_reply_says_what_it_answers_and_nothing_that_x_does_not_know(x, net):
    net.post(f"{BASE}/2/tweets", json={"data": {"id": "30", "text": "hi"}}, status=201)
    assert x.post("hi", reply_to="20") == "30"
    assert json.loads(net.calls[0].request.body) == {"text": "hi", "reply": {"in_reply_to_tweet_id": "20"}}


def _refused_connection(kind):
    reason = kind(None, "refused") if kind is NewConnectionError else kind("slow")
    return requests.ConnectionError(MaxRetryError(None, "/2/tweets", reason))


NEVER_SENT = [
    _refused_connection(NewConnectionError),
    requests.ConnectTimeout(MaxRetryError(None, "/2/tweets", ConnectTimeoutError("slow"))),
]
MAYBE_SENT = [
    requests.ReadTimeout("no answer"),
    requests.ConnectionError(ProtocolError("Connection aborted.")),
    requests.exceptions.ChunkedEncodingError("cut"),
]


@pytest.mark.parametrize("fault", NEVER_SENT, ids=lambda fault: type(fault).__name__)
def test_a_post_that_never_left_may_be_sent_later(x, net, fault):
    net.post(f"{BASE}/2/tweets", body=fault)
    with pytest.raises(Unavailable):
        x.post("hi")


@pytest.mark.parametrize("fault", MAYBE_SENT, ids=lambda fault: type(fault).__name__)
def test_a_post_without_an_answer_may_be_out(x, net, fault):
    net.post(f"{BASE}/2/tweets", body=fault)
    with pytest.raises(Ambiguous):
        x.post("hi")


@pytest.mark.parametrize("fault", [*NEVER_SENT, *MAYBE_SENT], ids=lambda fault: type(fault).__name__)
def test_a_read_without_an_answer_is_unavailable(x, net, fault):
    net.get(f"{BASE}/2/users/900/mentions", body=fault)
    with pytest.raises(Unavailable):
        x.mentions("900")


@pytest.mark.parametrize("body", ["<html></html>", "", "[]", "null", '{"data": {}}', '{"data": null}'])
def test_a_post_that_x_accepted_without_naming_it_may_be_out(x, net, body):
    net.post(f"{BASE}/2/tweets", body=body, status=201)
    with pytest.raises(Ambiguous):
        x.post("hi")


@pytest.mark.parametrize("body", ["<html></html>", "", "[]", "null", "{}", '{"meta": {}, "data": {"id": "1"}}'])
def test_an_answer_that_is_no_list_is_unavailable(x, net, body):
    net.get(f"{BASE}/2/users/900/mentions", body=body)
    with pytest.raises(Unavailable):
        x.mentions("900")


@pytest.mark.parametrize("body", ["[]", '"no"', '{"errors": "no"}', '{"errors": [null, 3]}'])
def test_no_body_of_a_refusal_breaks_its_translation(x, net, body):
    net.get(f"{BASE}/2/users/900/mentions", body=body, status=429, headers={"x-rate-limit-reset": "77"})
    with pytest.raises(Throttled) as caught:
        x.mentions("900")
    assert caught.value.until == 77


def test_a_redirect_is_not_followed_with_our_signature(x, net):
    net.get(f"{BASE}/2/users/me", status=302, headers={"Location": "https://elsewhere.example/"})
    with pytest.raises(Unavailable):
        x.me()


def test_no_secret_shows_in_an_error_or_a_representation(x, net):
    net.get(f"{BASE}/2/users/me", body=requests.ReadTimeout("no answer"))
    with pytest.raises(Unavailable) as caught:
        x.me()
    shown = f"{caught.value!r} {caught.value.__cause__!r} {Credentials(*SECRETS)!r} {x!r}"
    assert not any(secret in shown for secret in SECRETS)


def test_credentials_name_what_is_missing_and_never_what_is_there():
    with pytest.raises(CredentialRefused) as caught:
        read(json.dumps({"consumer_key": "ck-secret", "consumer_secret": ""}), name="mia")
    assert "consumer_secret, access_token, access_token_secret" in str(caught.value)
    assert "ck-secret" not in str(caught.value)
    with pytest.raises(CredentialRefused):
        read("no json", name="mia")
