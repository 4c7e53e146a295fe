"""What people know of a customer beside X: changed over the version that was seen, and once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.stories import CUSTOMER, wrote

if TYPE_CHECKING:
    import pytest

    from tests.api_gateway import Answer
    from tests.integration.api.working import Working


def change(working: Working, body: object, **how: Any) -> Answer:
    return working.sends(f"/customers/{CUSTOMER}", body, method="PATCH", **how)


def test_what_is_left_out_stays_as_it_is(working: Working) -> None:
    working.holds(wrote(0))
    first = change(working, {"external_ids": {"crm": "C-1042", "orders": "77"}, "is_vip": True})
    assert (first.status, first.headers["ETag"]) == (200, '"2"')
    second = change(working, {"external_ids": {"orders": None, "loyalty": "PM 9"}}, by="jonas", seen=2)
    assert second.body["external_ids"] == {"crm": "C-1042", "loyalty": "PM 9"}
    assert (second.body["is_vip"], second.body["changed_by"], second.body["changed_at"]) == (True, "jonas", working.now)
    read = working.asks(f"/customers/{CUSTOMER}")
    assert (read.body, read.headers["ETag"]) == (second.body, '"3"')
    assert working.asks("/cases/501-77").body["customer"] == read.body


def test_the_wish_for_no_automatic_replies_keeps_its_first_moment_and_can_be_taken_back(working: Working) -> None:
    working.holds(wrote(0))
    first = change(working, {"has_stopped": True}).body["stopped_at"]
    working.now += 60
    assert first == change(working, {"has_stopped": True}, seen=2).body["stopped_at"] == working.now - 60
    assert change(working, {"has_stopped": False}, seen=3).body["stopped_at"] is None


def test_a_customer_is_changed_once_and_over_the_version_that_was_seen(working: Working) -> None:
    working.holds(wrote(0))
    done = change(working, {"is_vip": True}, key="the-same-key")
    before = working.writings()
    assert change(working, {"is_vip": True}, key="the-same-key").body == done.body
    assert change(working, {"is_vip": False}, key="the-same-key", seen=2).problem == "key-reused"
    stale = change(working, {"is_vip": False})
    assert (stale.status, stale.headers["ETag"]) == (412, '"2"')
    assert change(working, {"is_vip": False}, seen=None).status == 428
    assert working.writings() == before


def test_of_two_changes_at_once_one_is_told(working: Working, monkeypatch: pytest.MonkeyPatch) -> None:
    working.holds(wrote(0))
    save = working.desk.save_profile

    def after_another(*asked: Any, **how: Any) -> None:
        monkeypatch.setattr(working.desk, "save_profile", save)
        assert change(working, {"is_vip": True}).status == 200
        save(*asked, **how)

    monkeypatch.setattr(working.desk, "save_profile", after_another)
    assert change(working, {"is_vip": False}).status == 412
    assert working.asks(f"/customers/{CUSTOMER}").body["is_vip"] is True


def test_what_is_no_change_changes_nothing(working: Working) -> None:
    working.holds(wrote(0))
    before = working.writings()
    for body, place in (
        ({}, "body"),
        ({"is_vip": None}, "body"),
        ({"is_vip": "yes"}, "body.is_vip"),
        ({"vip": True}, "body.vip"),
        ({"external_ids": {"crm": 7}}, "body.external_ids.crm"),
        ({"external_ids": {str(number): "1" for number in range(21)}}, "body.external_ids"),
    ):
        refused = change(working, body)
        assert (refused.status, [fault["place"] for fault in refused.body["faults"]]) == (422, [place]), body
    assert change(working, {"is_vip": True}, by="wall").status == 403
    assert change(working, {"is_vip": True}, by=None).status == 401
    assert working.sends("/customers/999", {"is_vip": True}, method="PATCH").status == 404
    assert working.writings() == before
