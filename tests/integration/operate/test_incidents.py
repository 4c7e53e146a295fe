"""Incidents as an operator lists and reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from desk.incidents.clusters import Cluster
from desk.incidents.life import Move
from desk.store.incidents import keep_incident
from desk.store.volumes import keep_volume
from tests.cases import NOON
from tests.incidents import a_course, a_status_post, an_incident
from tests.stories import wrote
from tests.unreadable import newer

if TYPE_CHECKING:
    import pytest

ID = an_incident().incident_id


def test_there_may_be_none(filed: Any) -> None:
    assert filed.operator.reads("incidents")["incidents"] == []
    assert filed.operator.types("incidents") == 0
    assert "There was none yet." in filed.operator.printed


def test_incidents_are_listed_the_latest_first_and_the_list_says_when_it_is_cut(filed: Any) -> None:
    later = str(int(ID) + 1)
    for incident in (an_incident(Move.DECLARE, joined=61), an_incident(incident_id=later)):
        keep_incident(filed.operator.ledger, incident, version=0)
    told = filed.operator.reads("incidents")
    assert [(each["incident_id"], each["stage"]) for each in told["incidents"]] == [
        (later, "suspected"),
        (ID, "declared"),
    ]
    assert not told["is_cut"]
    assert filed.operator.reads("incidents", "--limit", "1")["is_cut"]
    assert filed.operator.types("incidents") == 0
    for words in ("app login boarding pass", "declared", "184, usual 4.2", "61"):
        assert words in " ".join(filed.operator.printed.split())


def test_an_incident_is_shown_as_the_api_shows_it(filed: Any) -> None:
    post = wrote(0)
    outage = an_incident(Move.DECLARE, status_posts=(a_status_post(),), examples=(f"501/{post.post_id}", "501/404"))
    keep_incident(filed.operator.ledger, outage, version=0)
    for begins, volume in a_course():
        keep_volume(filed.operator.ledger, begins, volume)
    told = filed.operator.reads("incidents", "show", ID)
    assert (told["incident_id"], told["stage"], told["measures"]["to_declare_seconds"]) == (ID, "declared", 1200)
    assert sum(each["posts"] for each in told["volume"]) > 300
    assert filed.operator.types("incidents", "show", ID) == 0
    for words in ("app login boarding pass", "20 min after it began", "a draft to approve", "\u2588" * 20):
        assert words in filed.operator.printed


def test_a_status_post_that_was_not_posted_is_shown_with_its_reason(filed: Any) -> None:
    refused = a_status_post(approved_by="Lena", approved_at=NOON, refused="X refused: duplicate")
    keep_incident(filed.operator.ledger, an_incident(Move.DECLARE, status_posts=(refused,)), version=0)
    (told,) = filed.operator.reads("incidents", "show", ID)["status_posts"]
    assert (told["refused"], told["url"]) == ("X refused: duplicate", None)
    filed.operator.types("incidents", "show", ID)
    printed = " ".join(filed.operator.printed.split())
    assert "was not posted (X refused: duplicate)" in printed
    assert "on its way to X" not in printed


def test_a_status_post_that_x_left_open_is_shown_as_such(filed: Any) -> None:
    lost = a_status_post(approved_by="Lena", approved_at=NOON, lost_at=NOON + 900)
    keep_incident(filed.operator.ledger, an_incident(Move.DECLARE, status_posts=(lost,)), version=0)
    (told,) = filed.operator.reads("incidents", "show", ID)["status_posts"]
    assert (told["lost_at"], told["url"]) == (NOON + 900, None)
    filed.operator.types("incidents", "show", ID)
    printed = " ".join(filed.operator.printed.split())
    assert "may or may not stand on X" in printed
    assert "on its way to X" not in printed


def test_what_others_wrote_steers_no_terminal(filed: Any) -> None:
    hostile = "[bold]app[/bold] \x1b[31mred"
    keep_incident(filed.operator.ledger, an_incident(cluster=Cluster(None, (hostile,), (), hostile)), version=0)
    for words in (("incidents",), ("incidents", "show", ID)):
        assert filed.operator.types(*words) == 0
        assert "\x1b" not in filed.operator.printed
        assert "[bold]" in filed.operator.printed


def test_what_is_no_incident_is_told(filed: Any, capsys: pytest.CaptureFixture[str]) -> None:
    for status, *words in (
        (2, "show"),
        (2, "show", "app"),
        (2, "list", ID),
        (1, "show", "404"),
    ):
        assert filed.operator.types("incidents", *map(str, words)) == status
    capsys.readouterr()


def test_one_that_can_not_be_read_hides_no_other_and_the_answer_stays_one_document(filed: Any) -> None:
    for incident_id in ("1", ID):
        keep_incident(filed.operator.ledger, an_incident(Move.DECLARE, incident_id=incident_id), version=0)
    for partition in ("INCIDENTS", "ONGOING"):
        newer(filed.operator.ledger, partition, "1")
    assert [each["incident_id"] for each in filed.operator.reads("incidents")["incidents"]] == [ID]
    assert "item can't be read" in filed.operator.complaints
    assert [each["incident_id"] for each in filed.operator.reads("status")["incidents"]] == [ID]
    assert "ONGOING" in filed.operator.complaints
