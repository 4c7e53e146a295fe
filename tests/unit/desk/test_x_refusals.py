from __future__ import annotations

import json

import pytest

from desk.errors import (
    Ambiguous,
    BadPayload,
    CredentialRefused,
    CreditsDepleted,
    NotAllowed,
    Throttled,
    TooOld,
    Unavailable,
)
from desk.x_refusals import Refusal, error, partial_reason

PROBLEMS = "https://api.twitter.com/2/problems/"
HTML = "<html><body>Over capacity</body></html>"


def refused(status, document=None, *, headers=None, changes=False):
    body = document if isinstance(document, str) else json.dumps(document or {})
    return error(Refusal(status, headers or {}, body, changes))


@pytest.mark.parametrize(
    ("status", "document", "kind"),
    [
        (401, {"title": "Unauthorized"}, CredentialRefused),
        (403, {"type": f"{PROBLEMS}oauth1-permissions"}, CredentialRefused),
        (403, {"type": "https://api.x.com/2/problems/client-forbidden"}, CredentialRefused),
        (402, {"title": "CreditsDepleted"}, CreditsDepleted),
        (429, {"type": f"{PROBLEMS}usage-capped"}, CreditsDepleted),
        (429, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}, Throttled),
        (400, {"detail": "One or more parameters to your request was invalid."}, BadPayload),
        (404, {"detail": "Not Found"}, NotAllowed),
        (503, {}, Unavailable),
        (302, {}, Unavailable),
        (408, {}, Unavailable),
    ],
)
def test_an_answer_has_one_meaning(status, document, kind):
    assert type(refused(status, document)) is kind


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, BadPayload),
        (401, CredentialRefused),
        (402, CreditsDepleted),
        (403, NotAllowed),
        (404, NotAllowed),
        (429, Throttled),
        (502, Unavailable),
    ],
)
def test_a_status_keeps_its_meaning_under_a_body_of_html(status, kind):
    assert type(refused(status, HTML)) is kind


@pytest.mark.parametrize("status", [302, 408, 500, 503])
def test_without_a_clear_word_of_x_a_post_may_be_out(status):
    assert type(refused(status, HTML, changes=True)) is Ambiguous


@pytest.mark.parametrize(
    ("detail", "reason"),
    [
        (
            "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by ...",
            "not_summoned",
        ),
        ("You are not allowed to create a Tweet with duplicate content.", "duplicate"),
        ("You attempted to reply to a Tweet that is deleted or not visible to you.", "gone"),
        ("Your account is suspended.", "forbidden"),
    ],
)
def test_a_forbidden_post_says_why(detail, reason):
    fault = refused(403, {"title": "Forbidden", "detail": detail}, changes=True)
    assert isinstance(fault, NotAllowed)
    assert fault.reason == reason


@pytest.mark.parametrize(
    ("headers", "until"),
    [
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": "900"}, 900),
        ({"x-rate-limit-reset": "900"}, 900),
        (
            {
                "x-rate-limit-remaining": "99",
                "x-rate-limit-reset": "900",
                "x-user-limit-24hour-remaining": "0",
                "x-user-limit-24hour-reset": "86400",
            },
            86400,
        ),
        ({"x-app-limit-24hour-remaining": "3", "x-app-limit-24hour-reset": "86400", "x-rate-limit-reset": "900"}, 900),
        ({}, 0),
        ({"x-rate-limit-reset": "soon"}, 0),
    ],
)
def test_a_rate_limit_says_until_when_by_the_window_that_is_used_up(headers, until):
    fault = refused(429, HTML, headers=headers)
    assert isinstance(fault, Throttled)
    assert fault.until == until


def test_a_search_too_far_back_keeps_the_id_that_x_suggests():
    message = "'since_id' must be a tweet id created after [..]. Please use a 'since_id' that is larger than 17200"
    fault = refused(400, {"errors": [{"parameters": {"since_id": ["1"]}, "message": message}]})
    assert isinstance(fault, TooOld)
    assert fault.since_id == "17200"


def test_no_error_is_longer_than_a_log_line():
    assert len(str(refused(403, {"detail": "x" * 10_000}))) <= 300


def test_a_post_missing_from_a_lookup_is_deleted_or_hidden_and_nothing_else_counts():
    kinds = ("resource-not-found", "not-authorized-for-resource", "not-authorized-for-field")
    assert [partial_reason({"type": f"{PROBLEMS}{kind}"}) for kind in kinds] == ["deleted", "hidden", None]
