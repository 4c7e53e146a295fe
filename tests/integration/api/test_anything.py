"""Whatever is sent to change something: the answer is one of those that are documented, and never a failure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.app import app
from api.routes.document import document
from desk.action import Act
from tests.stories import CASE, CUSTOMER, wrote

if TYPE_CHECKING:
    from tests.integration.api.working import Working

FIELDS = (
    *("agent", "automatic", "team", "priority", "category", "until", "level", "text", "response", "reply_to"),
    *("external_ids", "is_vip", "has_stopped"),
)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.sampled_from(["Mia", "care", "P1", "spam", "baggage-lost", "So sorry, we look into it."]),
    st.lists(st.none(), max_size=2),
    st.dictionaries(st.text(max_size=5), st.text(max_size=5) | st.none(), max_size=2),
)
BODIES = st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=3) | VALUES
RAW = st.text(max_size=40)
TAGS = st.just(1) | st.none() | st.integers(0, 3) | st.text(st.characters(max_codepoint=255), max_size=10)
KEYS = st.sampled_from([None, "", "the-same-key"]) | st.text(st.characters(max_codepoint=255), max_size=12)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    act=st.sampled_from([*Act, None]),
    body=BODIES | RAW,
    seen=TAGS,
    key=KEYS,
    by=st.sampled_from(["Mia", "Lena", "wall"]),
    dry_run=st.sampled_from(["", "true", "maybe"]),
)
def test_whatever_is_sent_gets_a_documented_answer(
    working: Working, *, act: Act | None, body: Any, seen: Any, key: str | None, by: str, dry_run: str
) -> None:
    if working.desk.case(CASE) is None:
        working.holds(wrote(0))
    path, method = (f"/cases/{CASE}/{act}", "POST") if act else (f"/customers/{CUSTOMER}", "PATCH")
    query = {"dry_run": dry_run} if act is Act.REPLY and dry_run else {}
    told = working.sends(path, body, method=method, by=by, key=key, seen=seen, **query)
    template = path.replace(CASE, "{case_id}").replace(CUSTOMER, "{customer_id}")
    described = document(app(), "")["paths"][template][method.lower()]["responses"]
    assert str(told.status) in described
    assert told.status < 500
