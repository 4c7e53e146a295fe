"""What other systems are told of an incident: each stage once, by whom, and none of the customers' words."""

from __future__ import annotations

import msgspec

from desk.incidents.announcing import INCIDENT_KINDS, news
from desk.incidents.life import Move
from desk.incidents.model import Stage
from tests.incidents import BEGAN, an_incident

LIFE = (Move.DECLARE, Move.CALM, Move.FLARE, Move.CALM, Move.RESOLVE)


def test_each_stage_is_told_once_as_it_is_reached():
    told, before = [], None
    for count in range(len(LIFE) + 1):
        after = an_incident(*LIFE[:count])
        told += news(before, after)
        before = after
    stages = ["suspected", "declared", "monitoring", "declared", "monitoring", "resolved"]
    assert [each.kind for each in told] == [f"incident.{stage}" for stage in stages]
    assert len({each.announcement_id for each in told}) == len(told)


def test_what_is_only_measured_anew_is_no_news():
    assert list(news(an_incident(Move.DECLARE), an_incident(Move.DECLARE, joined=40, held=12))) == []


def test_it_is_told_when_by_whom_and_what_was_seen():
    (_, declared) = news(None, an_incident(Move.DECLARE, by="mia", joined=7))
    facts = declared.facts["incident"]
    assert (declared.at, facts["by"], facts["topic"], facts["cases"]) == (BEGAN + 1200, "mia", "app-and-website", 7)
    assert declared.customer_id is None


def test_no_word_of_a_customer_is_told():
    told = msgspec.json.encode(list(news(None, an_incident(*LIFE, examples=("501/77",))))).decode()
    assert "boarding" not in told
    assert "501" not in told


def test_every_stage_has_a_kind():
    assert set(INCIDENT_KINDS) == set(Stage)
