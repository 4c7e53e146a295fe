from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.capacity import (
    Index,
    Schema,
    item_bytes,
    number_bytes,
    read_units,
    refused_write_units,
    write_units,
)

QUEUE = Index("queue", ("queue", "due_at"), frozenset({"pk", "sk", "queue", "due_at", "body"}))
BY_POST = Index("by-post", ("post_id",), frozenset({"pk", "sk", "post_id"}))
DESK = Schema(("pk", "sk"), (QUEUE, BY_POST))


def an_item(size: int = 100, **attributes: dict[str, str]) -> dict[str, dict[str, str]]:
    item = {"pk": {"S": "1"}, "sk": {"S": "2"}, **attributes, "body": {"S": ""}}
    return item | {"body": {"S": "x" * (size - item_bytes(item))}}


def queued(size: int = 100, at: int = 5, **attributes: dict[str, str]) -> dict[str, dict[str, str]]:
    return an_item(size, queue={"S": "TEAM#care"}, due_at={"N": str(at)}, **attributes)


def units(before, after, *, transactional: bool = False) -> dict[str, int]:
    return dict(DESK.write(before, after, transactional=transactional))


def test_names_and_texts_count_in_utf8_bytes():
    assert item_bytes({"pk": {"S": "abc"}}) == 5
    assert item_bytes({"name": {"S": "München"}}) == 4 + 8
    assert item_bytes({"é": {"S": "🧳"}}) == 2 + 4


def test_an_item_without_attributes_has_no_bytes():
    assert item_bytes({}) == 0


@pytest.mark.parametrize(
    ("number", "size"),
    [("0", 1), ("7", 2), ("42", 2), ("421", 3), ("1772528400", 5), ("100", 2), ("0.001", 2), ("-5", 3), ("12E+4", 2)],
)
def test_a_number_takes_a_byte_for_two_significant_digits_and_one_more(number, size):
    assert number_bytes(number) == size


def test_nested_values_take_three_bytes_and_one_for_each_element():
    assert item_bytes({"a": {"L": [{"S": "b"}, {"BOOL": True}]}}) == 1 + 3 + (1 + 1) + (1 + 1)
    assert item_bytes({"a": {"M": {"k": {"NULL": True}}}}) == 1 + 3 + (1 + 1 + 1)


def test_a_type_the_desk_does_not_use_is_no_silent_zero():
    with pytest.raises(ValueError, match="XX"):
        item_bytes({"a": {"XX": "b"}})


@pytest.mark.parametrize(("size", "expected"), [(0, 1), (1, 1), (1024, 1), (1025, 2), (10 * 1024, 10)])
def test_a_write_costs_a_unit_for_each_kilobyte_begun(size, expected):
    assert write_units(size) == expected


@pytest.mark.parametrize(("size", "expected"), [(0, 1), (4096, 1), (4097, 2), (1024 * 1024, 256)])
def test_a_read_costs_a_unit_for_each_four_kilobytes_begun_and_half_of_it_if_it_may_be_stale(size, expected):
    assert read_units(size, consistent=True) == expected
    assert read_units(size, consistent=False) == expected / 2


def test_a_new_item_is_written_to_the_table_and_to_every_index_whose_keys_it_has():
    assert units(None, an_item()) == {"table": 1}
    assert units(None, queued()) == {"table": 1, "queue": 1}
    assert units(None, queued(post_id={"S": "7"})) == {"table": 1, "queue": 1, "by-post": 1}


def test_a_change_costs_what_the_larger_of_both_items_does():
    assert units(an_item(3000), an_item(100)) == {"table": 3}
    assert units(an_item(100), an_item(3000)) == {"table": 3}


def test_a_changed_key_of_an_index_deletes_one_entry_and_puts_another():
    assert units(queued(at=5), queued(at=6)) == {"table": 1, "queue": 2}


def test_a_projected_change_writes_the_entry_once_and_no_change_writes_none():
    assert units(queued(100), queued(101)) == {"table": 1, "queue": 1}
    assert units(queued(), queued(other={"S": "not projected"}) | {"body": queued()["body"]}) == {"table": 1}


def test_an_item_that_leaves_an_index_costs_one_write_there():
    assert units(queued(), an_item()) == {"table": 1, "queue": 1}


def test_a_deletion_costs_the_size_of_what_was_there():
    assert units(queued(2500), None) == {"table": 3, "queue": 3}


def test_an_entry_is_billed_by_what_it_projects_and_not_by_the_item():
    assert units(None, an_item(5000, post_id={"S": "7"})) == {"table": 5, "by-post": 1}


def test_a_transaction_costs_twice():
    before, after = queued(2000, at=5), queued(2000, at=6)
    plain, twice = units(before, after), units(before, after, transactional=True)
    assert twice == {place: 2 * cost for place, cost in plain.items()}


def test_a_refused_write_costs_the_larger_item_and_no_index():
    assert refused_write_units(queued(3000), queued(100), transactional=False) == 3
    assert refused_write_units(None, None, transactional=True) == 2


def test_storage_counts_every_entry_with_its_overhead():
    item = an_item(500, post_id={"S": "7"})
    entry = BY_POST.entry(item)
    assert entry is not None
    assert DESK.stored_bytes(item) == 500 + 100 + item_bytes(entry) + 100


def test_a_schema_is_read_as_cloudformation_declares_it():
    declared = {
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "queue",
                "KeySchema": [{"AttributeName": "queue"}, {"AttributeName": "due_at"}],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["body"]},
            },
            {
                "IndexName": "by-post",
                "KeySchema": [{"AttributeName": "post_id"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            },
        ],
    }
    assert Schema.of(declared) == DESK


@given(st.integers(min_value=-(10**38), max_value=10**38))
def test_no_number_takes_more_than_twenty_one_bytes(number):
    assert 1 <= number_bytes(str(number)) <= 21


@given(st.text(), st.text())
def test_more_text_never_takes_fewer_units(text, more):
    small, large = item_bytes({"a": {"S": text}}), item_bytes({"a": {"S": text + more}})
    assert write_units(small) <= write_units(large)
    assert read_units(small, consistent=True) <= read_units(large, consistent=True)
