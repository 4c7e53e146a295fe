import re
import sys
from datetime import date
from hashlib import sha256
from subprocess import run

import pytest
from msgspec import Struct
from msgspec.structs import astuple

from desk.errors import Misconfigured
from desk.policy import Category, PolicyFaults, Priority, Purpose, Role, load, parse
from desk.policy.load import version


def test_the_shipped_policy_is_read_whole(policy):
    assert (policy.brand, policy.default_language, policy.time_zone) == ("Pebblewing", "en", "Europe/Berlin")
    assert [(handle.name, handle.role) for handle in policy.handles] == [
        ("PebblewingHelp", Role.SUPPORT),
        ("Pebblewing", Role.BRAND),
        ("mia_pebblewing", Role.AGENT),
        ("jonas_pbw", Role.AGENT),
    ]
    assert (policy.handle("MIA_pebblewing").agent, policy.handle("MIA_pebblewing").signature) == ("Mia", "MR")
    assert set(policy.teams) == {"care", "technical", "sales"}
    assert policy.teams["care"].targets[Priority.P1].wall_clock
    assert policy.teams["care"].targets[Priority.P4].resolution_minutes is None
    assert policy.routes[0].categories == {Category.PROBLEM, Category.QUESTION, Category.REQUEST, Category.COMPLAINT}


def test_a_team_has_its_levels_of_escalation_in_order_and_none_where_the_policy_says_nothing(policy):
    assert [level.after_minutes for level in policy.teams["care"].escalation] == [60, 240]
    assert policy.teams["care"].escalation[0].emails == ("duty-manager@pebblewing.example",)
    assert policy.teams["sales"].escalation == ()


def test_a_policy_that_says_nothing_of_alerts_of_a_p1_tells_them_at_once(shipped):
    (line,) = [line for line in shipped.splitlines() if line.startswith("alert_p1_at_once")]
    assert parse(shipped.replace(line, "")).reports.alert_p1_at_once
    assert not parse(shipped.replace(line, "alert_p1_at_once = false")).reports.alert_p1_at_once


def of_an_older_release(shipped):
    """Give the shipped policy as it stood before incidents were answered and reach counted."""
    newer_response = r"\n\[\[responses\]\]\nname = \S+\npurpose = \"(?:incident|status).*?(?=\n\n)"
    newer_table = r"\n\[(?:customers|reach)\]\n.*?(?=\n\n)"
    older = re.sub(f"{newer_response}|{newer_table}", "", shipped, flags=re.DOTALL)
    return re.sub(r"\nauthor_daily_reads.*", "", older)


def test_a_policy_of_an_older_release_is_read_as_it_was_though_it_may_run_no_more(shipped, policy):
    older = of_an_older_release(shipped)
    with pytest.raises(PolicyFaults, match="none fits every incident_resolved"):
        parse(older)
    former = parse(older, is_running=False)
    assert {each.purpose for each in former.responses}.isdisjoint({Purpose.INCIDENT, Purpose.INCIDENT_RESOLVED})
    assert (former.teams, former.cases, former.version) == (policy.teams, policy.cases, version(older))
    assert (former.reach.followers, former.customers.vip_raises_priority) == (50_000, True)


def test_a_policy_that_was_never_one_is_read_from_nowhere(shipped):
    with pytest.raises(PolicyFaults):
        parse(shipped.replace("[cases]", "[case]"), is_running=False)


def test_calendars_are_built_in_their_own_zones(policy):
    care, office = policy.teams["care"].calendar, policy.teams["sales"].calendar
    assert len(care.weekly) == 7
    assert (office.time_zone, office.country, office.subdivision) == ("Europe/Berlin", "DE", "BE")
    assert office.exceptions[date(2026, 12, 31)] == ()
    assert len(office.exceptions[date(2026, 12, 24)]) == 1


def test_the_version_is_of_the_text_and_the_text_is_kept(shipped, policy):
    assert policy.text == shipped
    assert policy.version == sha256(shipped.encode()).hexdigest()[:12]
    assert parse(shipped) == policy
    assert parse(shipped + "\n").version != policy.version


def test_nothing_of_a_policy_can_be_changed_by_a_reader(policy):
    with pytest.raises(AttributeError):
        policy.brand = "Skylark"
    values = [*astuple(policy)]
    values += [each for value in values if isinstance(value, Struct) for each in astuple(value)]
    assert not [value for value in values if isinstance(value, list | set)]


def test_every_automatic_purpose_has_texts_that_vary_in_each_language(policy):
    for purpose in (Purpose.ACKNOWLEDGEMENT, Purpose.OUT_OF_HOURS, Purpose.PRAISE):
        responses = [response for response in policy.responses if response.purpose is purpose]
        assert responses
        for response in responses:
            assert {len(response.texts[language]) >= 4 for language in policy.languages} == {True}


def test_the_brands_own_numbers_are_recognised(policy):
    found = [
        pattern.search("My booking PW-7K2MQ9, ticket 847-2401234567, claim PBW 004411") is not None
        for pattern in policy.personal_data_patterns
    ]
    assert found == [True, True, True]


def test_a_policy_is_loaded_from_its_file(tmp_path, shipped, policy):
    path = tmp_path / "policy.toml"
    path.write_text(shipped, encoding="utf-8")
    assert load(path) == policy


def test_a_file_that_is_no_text_is_a_fault(tmp_path):
    path = tmp_path / "policy.toml"
    path.write_bytes(b'brand = "\xff\xfe"')
    with pytest.raises(PolicyFaults, match="not UTF-8"):
        load(path)


def test_text_that_is_no_toml_is_a_fault_with_its_line():
    with pytest.raises(PolicyFaults, match=r"^line 2: is not TOML") as caught:
        parse('[brand]\nname = "unclosed\n')
    assert caught.value.faults[0].line == 2


def test_an_empty_policy_names_every_table_it_misses():
    with pytest.raises(PolicyFaults) as caught:
        parse("")
    missing = {fault.place for fault in caught.value.faults if fault.message == "is missing"}
    assert {"brand", "handles", "polling", "calendars", "teams", "words", "voice", "caps"} <= missing


def test_faults_of_a_policy_are_a_misconfiguration_that_names_all_of_them_a_line_each(shipped):
    broken = shipped.replace('role = "support"', 'role = "suport"').replace(
        "daily_reads = 2000", 'daily_reads = "many"'
    )
    with pytest.raises(Misconfigured) as caught:
        parse(broken)
    lines = str(caught.value).splitlines()
    assert len(lines) == len(caught.value.faults) == 2
    assert lines[0].endswith("; did you mean 'support'?")
    assert "searches[0].daily_reads: should be a whole number, is a text ('many')" in lines[1]


def test_reading_the_policy_loads_none_of_the_slow_libraries(repository):
    code = "import sys; from desk.policy import load; load('policy.toml'); print(sorted(sys.modules))"
    loaded = run([sys.executable, "-c", code], cwd=repository / "functions", check=True, capture_output=True, text=True)
    assert "'desk.policy.load'" in loaded.stdout
    assert not [
        name for name in ("boto3", "holidays", "tweepy", "pydantic", "jsonschema") if f"'{name}'" in loaded.stdout
    ]
