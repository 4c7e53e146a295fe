from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from desk.action import Act
from desk.erasure import Erased, Receipt, Tombstone, is_new_contact, pseudonym
from desk.event import Kind
from desk.snowflake import id_at
from tests.stories import CUSTOMER, MINUTE, MORNING, OURS, a_post, an_event, did, wrote

KEY = "0f" * 32
ERASED_AT = MORNING + 10 * MINUTE
ERASED = Erased(KEY, {pseudonym(KEY, CUSTOMER): Tombstone(ERASED_AT, "receipt")})
IDS = st.integers(min_value=1, max_value=2**63 - 1).map(str)


@given(IDS, IDS)
def test_a_pseudonym_is_one_customers_and_no_id(one, other):
    assert (pseudonym(KEY, one) == pseudonym(KEY, other)) == (one == other)
    assert re.fullmatch("[0-9a-f]{64}", pseudonym(KEY, one))


def test_a_pseudonym_tells_nothing_without_its_key():
    assert pseudonym(KEY, CUSTOMER) != pseudonym("1e" * 32, CUSTOMER)


@given(st.integers(min_value=-10_000, max_value=10_000))
def test_what_a_customer_wrote_up_to_the_erasure_is_covered_and_nothing_later(seconds):
    post = a_post(post_id=id_at(ERASED_AT + seconds))
    assert ERASED.covers(an_event(post)) == (seconds <= 0)


def test_nobody_elses_post_is_covered():
    assert not ERASED.covers(an_event(a_post(author="777"), customer_id="777"))
    assert not Erased("", {}).covers(an_event(a_post()))


def test_a_later_version_of_an_erased_post_is_covered():
    edited = replace(a_post(20), first_id=id_at(MORNING))
    assert ERASED.covers(an_event(edited, kind=Kind.EDITED, event_id=edited.post_id))


def test_an_answer_is_as_old_as_what_it_answers():
    late = a_post(20, author=OURS, replies_to=id_at(MORNING), replies_to_user=CUSTOMER)
    assert ERASED.covers(an_event(late))
    assert not ERASED.covers(an_event(replace(late, replies_to=id_at(ERASED_AT + 5))))


@given(st.integers(min_value=-10_000, max_value=10_000))
def test_an_erasure_spares_exactly_what_reading_again_would_bring_back(seconds):
    event = an_event(a_post(post_id=id_at(ERASED_AT + seconds)))
    assert is_new_contact(event, ERASED_AT) == (not ERASED.covers(event))


def test_what_belongs_to_a_case_that_goes_is_no_new_contact_however_late_it_was():
    assert not is_new_contact(did(20, Act.NOTE, text="one more"), ERASED_AT)
    assert not is_new_contact(wrote(20), ERASED_AT), "it is filed"


def test_receipts_stand_in_the_order_of_time():
    early, late = (Receipt("ab", "Ada", at, {}).key for at in (999_999_999, 1_772_528_400))
    assert early < late
