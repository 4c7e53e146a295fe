"""The API as it is deployed: through the gateway, with tokens that `desk` made, over the cases of the sample day."""

import json

import pytest

SCOPED = ["/queue", "/cases", "/cases/1-1", "/customers/1", "/reports/sla"]


@pytest.fixture(scope="module")
def viewer(desk):
    """A token that may see figures and lists."""
    return desk.types("tokens", "create", "wallboard", "--scope", "viewer").document["token"]


@pytest.fixture(scope="module")
def case(desk, played):
    """The case of a customer who was acknowledged, answered by Jonas or Mia, and said thanks."""
    customer, post = "80301", played.stack.ids["code-en"]
    return desk.reads(f"/cases/{customer}-{post}")


def test_anybody_may_ask_whether_it_is_well(desk):
    answer = desk.asks("/health")
    assert (answer.status, answer.document["status"]) == (200, "ok")
    assert answer.document["as_of"] == desk.now


def test_anybody_may_read_its_description(desk):
    document = desk.asks("/openapi.json").document
    assert document["openapi"].startswith("3.1")
    described = {
        "/queue",
        "/cases",
        "/cases/{case_id}",
        "/customers/{customer_id}",
        "/reports/sla",
        "/reports/sla.csv",
        "/health",
    }
    assert described <= set(document["paths"])


@pytest.mark.parametrize("path", SCOPED)
@pytest.mark.parametrize("token", [None, "md_unknown"])
def test_without_a_known_token_nothing_is_told(desk, path, token):
    answer = desk.asks(path, token=token)
    assert answer.status == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.document["type"] == "urn:problem-type:mentiondesk:not-authenticated"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", ["/cases/1-1", "/customers/1"])
def test_a_viewer_does_not_read_what_customers_wrote(desk, viewer, path):
    answer = desk.asks(path, token=viewer)
    assert (answer.status, answer.document["type"]) == (403, "urn:problem-type:mentiondesk:scope-too-small")


def test_a_viewer_sees_how_the_queue_stands(desk, viewer, played):
    queue = desk.asks("/queue", token=viewer).document
    assert {team["team"] for team in queue["teams"]} == set(played.stack.policy.teams)
    assert queue["counts"]["open"] == sum(team["counts"]["open"] for team in queue["teams"])
    assert queue["posting"]["is_on"] is True


def test_the_open_cases_come_page_by_page_each_once(desk, viewer):
    path, seen = "/cases?limit=3", []
    while path:
        page = desk.asks(path, token=viewer).document
        seen += [case["case_id"] for case in page["cases"]]
        path = f"/cases?limit=3&cursor={page['next_cursor']}" if page["next_cursor"] else None
    assert len(seen) == len(set(seen)) == desk.reads("/queue")["counts"]["open"]


def test_who_waits_at_the_end_is_in_the_list_as_breaching(desk, viewer, played):
    late = desk.asks("/cases?state=breaching", token=viewer).document["cases"]
    waiting = {played.stack.ids[key] for key in ("unanswered-bag", "unanswered-name")}
    assert waiting <= {case["opening_post"] for case in late}


def test_a_case_tells_everything_that_happened_in_it(case, played):
    ids = played.stack.ids
    entries = [(entry["kind"], entry["direction"], entry["post_id"]) for entry in case["timeline"]]
    assert ("POST", "inbound", ids["code-en"]) in entries
    answer = next(entry for entry in case["timeline"] if entry["post_id"] == ids["code-en-a1"])
    assert not answer["is_automatic"]
    assert answer["agent"]
    (acknowledgement,) = [entry for entry in case["timeline"] if entry["is_automatic"]]
    assert acknowledgement["direction"] == "outbound"
    assert "sent" in [entry["state"] for entry in case["timeline"]]
    assert [entry["at"] for entry in case["timeline"]] == sorted(entry["at"] for entry in case["timeline"])


def test_an_acknowledgement_stops_no_clock_and_an_answer_does(case):
    first = next(clock for clock in case["clocks"] if clock["metric"] == "first_response")
    assert case["acknowledged_at"] < case["first_answer_at"] == first["met_at"]
    assert first["state"] == "achieved"


def test_a_case_shows_the_exact_text_that_went_out(desk, case, played):
    (outgoing,) = case["outgoing"]
    assert outgoing["state"] == "sent"
    shown = played.stack.world.find(int(outgoing["post_id"]))
    assert outgoing["text"] in shown.full.text


def test_a_customer_is_known_over_all_cases(desk, case):
    customer = desk.reads(f"/customers/{case['customer_id']}")
    assert case["case_id"] in {each["case_id"] for each in customer["cases"]}


def test_the_report_is_that_of_the_summary_function(desk, played):
    report = desk.reads("/reports/sla?from=2026-03-10&to=2026-03-11")
    assert report["volume"]["cases"] == played.outcome.figures["volume"]["cases"]
    assert report["responses"]["all_cases"] == played.outcome.figures["responses"]["all_cases"]


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/cases/1-1", 404, "not-found"),
        ("/customers/1", 404, "not-found"),
        ("/nothing", 404, "not-found"),
        ("/cases?limit=1000", 422, "invalid-request"),
        ("/cases?cursor=broken", 400, "broken-cursor"),
        ("/cases?colour=red", 400, "bad-parameters"),
        (f"/cases?team={'x' * 5000}", 414, "uri-too-long"),
    ],
)
def test_what_can_not_be_answered_is_a_problem_with_its_request_id(desk, path, status, kind):
    answer = desk.asks(path, token=desk.stack.token)
    assert (answer.status, answer.document["type"]) == (status, f"urn:problem-type:mentiondesk:{kind}")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.document["request_id"]


def test_a_wrong_method_is_told_the_right_ones(desk):
    answer = desk.asks("/queue", token=desk.stack.token, method="POST")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET")


def test_a_revoked_token_opens_nothing_any_more(desk):
    token = desk.types("tokens", "create", "intern").document["token"]
    assert desk.asks("/queue", token=token).status == 200
    desk.types("tokens", "revoke", "intern")
    assert desk.asks("/queue", token=token).status == 401


def test_every_answer_forbids_caching_and_guessing(desk):
    for answer in (desk.asks("/health"), desk.asks("/queue")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_no_token_is_stored_as_it_is(desk, viewer):
    ledger = desk.stack.cloud.client("dynamodb").scan(TableName=desk.stack.ledger.name, ConsistentRead=True)
    assert viewer not in json.dumps(ledger["Items"])
