"""What a mail about an incident says and draws."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from desk.incidents.clusters import Cluster
from desk.incidents.life import Move
from desk.incidents.model import Evidence, Resolution
from desk.incidents.volume import Column
from report.incident_mail import Telling, bars, incident_mail, series, usual
from tests import example_mails
from tests.builders import a_policy
from tests.cases import NOON
from tests.incidents import a_status_post, an_incident
from tests.stories import shipped_policy

BERLIN = "Europe/Berlin"
COLUMNS = st.lists(
    st.builds(Column, st.just(NOON), st.just(300), st.integers(0, 10_000), st.floats(0, 10_000)), max_size=20
)


@given(COLUMNS)
def test_each_line_fills_its_width_and_hides_nothing(drawn):
    for column, bar in zip(drawn, bars(drawn, BERLIN), strict=True):
        assert bar.usual + bar.above + bar.missing + bar.rest == 100
        assert min(bar.usual, bar.above, bar.missing, bar.rest) >= 0
        assert not (bar.above and bar.missing)
        assert bool(bar.above) == (column.posts > column.expected) or bar.usual == 100


def test_the_picture_is_on_one_scale():
    usual_hour, surge = bars([Column(NOON, 300, 10, 20.0), Column(NOON + 300, 300, 80, 20.0)], BERLIN)
    assert (usual_hour.usual, usual_hour.above, usual_hour.missing) == (12, 0, 12)
    assert (surge.usual, surge.above, surge.rest) == (25, 75, 0)
    assert (usual_hour.label, surge.label) == ("13:00", "13:05")


def mail(telling, *moves, **changes):
    incident = an_incident(*moves, **changes)
    return incident_mail(incident, telling, [], {}, policy=shipped_policy(), api_url="https://desk.example", now=NOON)


@pytest.mark.parametrize(
    ("telling", "moves", "says"),
    [
        (Telling.SURGE, (), "Surge: app login boarding pass, 96 posts on app and website where 4.2 are usual"),
        (Telling.SURGE, (Move.DECLARE,), "Incident declared: app login boarding pass, 96 posts"),
        (
            Telling.SURGE,
            (Move.DECLARE, Move.CALM),
            "Incident declared, calmer by now: app login boarding pass, 96 posts",
        ),
        (
            Telling.SURGE,
            (Move.DECLARE, Move.RESOLVE),
            "Incident declared and resolved: app login boarding pass, 96 posts",
        ),
        (Telling.UPDATE, (Move.DECLARE,), "Incident goes on for 1 h 30 min: app login boarding pass"),
        (Telling.UPDATE, (Move.DECLARE, Move.CALM), "Incident calmer after 1 h 30 min: "),
        (Telling.UPDATE, (Move.DECLARE, Move.RESOLVE), "Incident resolved: app login"),
        (Telling.REPORT, (Move.DECLARE, Move.RESOLVE), "Incident resolved after 30 min: "),
        (Telling.REPORT, (Move.DISMISS,), "Incident dismissed after 20 min: "),
    ],
)
def test_the_subject_is_the_news(telling, moves, says):
    assert mail(telling, *moves).subject.startswith(says)


@pytest.mark.parametrize(("replies", "says"), [(True, ", its replies still go out: "), (False, ": ")])
def test_only_where_replies_go_out_a_mail_after_the_end_says_so(replies, says):
    told = mail(Telling.UPDATE, Move.DECLARE, Move.RESOLVE, resolution=Resolution(NOON, "Lena", replies=replies))
    assert told.subject.startswith(f"Incident resolved{says}app login")


def test_a_draft_that_goes_out_by_itself_asks_nobody_for_approval_and_the_one_after_it_does():
    policy = a_policy(incidents=replace(shipped_policy().incidents, status_post_by_itself=True))
    out = a_status_post(approved_by="the desk", post_id="4711")

    def asked(*posts):
        incident = an_incident(Move.DECLARE, status_posts=posts)
        told = incident_mail(incident, Telling.SURGE, [], {}, policy=policy, api_url="https://desk.example", now=NOON)
        return "Approve the status post" in told.text

    assert [asked(a_status_post()), asked(out, a_status_post(2))] == [False, True]


def test_a_subject_fits_a_line_whatever_it_is_called():
    cluster = Cluster(None, (), (), "unbelievable " * 20)
    told = mail(Telling.SURGE, cluster=cluster)
    assert len(told.subject) <= 130
    assert "unbelievable \u2026" in told.subject


def test_a_mail_shows_words_of_customers_as_words():
    hostile = '<script>alert(1)</script> "app" & login'
    told = mail(Telling.SURGE, cluster=Cluster(None, (), (), hostile))
    assert "<script>" not in told.html
    assert "&lt;script&gt;" in told.html


def test_it_says_what_is_to_be_done_as_it_stands():
    assert "Declare it if it is one" in mail(Telling.SURGE).text
    assert "Approve the status post" in example_mails.surge().text
    assert "resolve it when it is over" in mail(Telling.UPDATE, Move.DECLARE).text
    assert "WHAT TO DO" not in mail(Telling.REPORT, Move.DECLARE, Move.RESOLVE).text


def test_a_status_post_that_was_not_posted_is_told_with_its_reason_and_asks_for_another():
    refused = a_status_post(approved_by="Lena", refused="X refused: duplicate content")
    told = mail(Telling.REFUSED, Move.DECLARE, status_posts=(refused,))
    assert told.subject.startswith("A status post was not posted: app login")
    assert "Status post 1, approved by Lena, was not posted: X refused: duplicate content" in told.text
    assert "Publish another status post" in told.text
    assert "on its way" not in told.text


def test_a_status_post_that_x_left_open_is_said_to_be_so_and_to_be_looked_at_before_another():
    lost = a_status_post(approved_by="Lena", lost_at=NOON)
    told = mail(Telling.UPDATE, Move.DECLARE, status_posts=(lost,))
    assert "Status post 1, approved by Lena, may or may not stand on X" in told.text
    assert "Look at the account on X before you publish another" in told.text
    assert "on its way" not in told.text


def test_a_report_tells_what_it_took_and_what_it_saved():
    text = example_mails.incident_report().text
    for line in (
        "Seen: 10 min after it began, by the desk",
        "Declared: 20 min after it began, by Lena",
        "First status post: 31 min after it began",
        "Resolved: 40 min after it began, by Lena",
        "Cases that joined: 151",
        "Posts saved: 55 (0.55 USD by X's list prices)",
    ):
        assert f"* {line}\n" in text


def test_figures_read_as_people_say_them():
    seen = Evidence(NOON, "posts", 10.0, 1.0, 10.0, 5.0)
    assert [usual(replace(seen, expected=each)) for each in (0.0, 1.0, 4.0, 4.25)] == [
        "none is",
        "1 is",
        "4 are",
        "4.2 are",
    ]
    assert [series(replace(seen, series=each)) for each in ("posts", "negative", "topic:lost_bag")] == [
        "posts",
        "negative posts",
        "posts on lost bag",
    ]
