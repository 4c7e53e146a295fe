import re
import tomllib

import pytest

from tests.infra.template import REPOSITORY, TEMPLATE, template

PARAMETERS = template()["Parameters"]
ADDRESSES = ("SenderAddress", "AlarmEmail")


def accepts(name, value):
    return re.fullmatch(PARAMETERS[name]["AllowedPattern"], value) is not None


@pytest.mark.parametrize("name", sorted(PARAMETERS))
def test_a_parameter_says_what_it_is_for_and_what_it_may_be(name):
    body = PARAMETERS[name]
    assert body["Description"].endswith(".")
    assert {"AllowedPattern", "AllowedValues", "MinValue"} & set(body)


@pytest.mark.parametrize("name", sorted(PARAMETERS))
def test_a_default_is_one_of_the_values_allowed(name):
    body = PARAMETERS[name]
    if "Default" in body:
        assert body["Default"] in body.get("AllowedValues", [body["Default"]])
        assert "AllowedPattern" not in body or accepts(name, body["Default"])


@pytest.mark.parametrize("name", ADDRESSES)
def test_an_address_has_no_default_and_no_display_name(name):
    assert "Default" not in PARAMETERS[name]
    assert accepts(name, "desk+night@mail.example.co.uk")
    assert not accepts(name, "Desk <desk@example.com>")
    assert not accepts(name, "desk@localhost")


@pytest.mark.parametrize(
    "url", ["http://api.x.com", "https://api.x.com.evil.example", "http://10.0.0.1:80", "http://127.0.0.1"]
)
def test_x_is_x_itself_or_a_simulator_on_this_machine(url):
    assert accepts("XApiUrl", "https://api.x.com")
    assert accepts("XApiUrl", "http://127.0.0.1:8080")
    assert not accepts("XApiUrl", url)


@pytest.mark.parametrize("url", ["http://clock.example", "http://127.0.0.1.evil.example:80", "https://api.x.com"])
def test_a_stepped_clock_stands_on_this_machine_or_nowhere(url):
    assert accepts("LocalClockUrl", "")
    assert accepts("LocalClockUrl", "http://127.0.0.1:8080/_sim/clock")
    assert not accepts("LocalClockUrl", url)


@pytest.mark.parametrize("url", ["http://id.example", "id.example", "https://", "https://id.example/?a=b", "ftp://x"])
def test_an_issuer_is_an_https_address_or_none(url):
    assert accepts("JwtIssuer", "")
    assert accepts("JwtIssuer", "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Ab12")
    assert not accepts("JwtIssuer", url)


def test_an_issuer_without_an_audience_is_refused():
    (rule,) = template()["Rules"]["JwtIsIssuedForUs"]["Assertions"]
    empty = [{"Fn::Equals": [{"Ref": name}, ""]} for name in ("JwtIssuer", "JwtAudience")]
    assert rule["Assert"] == {"Fn::Or": [{"Fn::And": empty}, {"Fn::And": [{"Fn::Not": [each]} for each in empty]}]}


def test_by_default_nobody_is_told_and_the_api_takes_its_own_tokens():
    defaults = {name: PARAMETERS[name]["Default"] for name in ("WebhookFormat", "JwtIssuer", "JwtAudience")}
    assert defaults == {"WebhookFormat": "off", "JwtIssuer": "", "JwtAudience": ""}


def test_the_default_is_a_stack_without_local_parts():
    defaults = {
        name: PARAMETERS[name]["Default"] for name in ("XApiUrl", "LocalClockUrl", "LocalMailer", "ScheduleState")
    }
    assert defaults == {
        "XApiUrl": "https://api.x.com",
        "LocalClockUrl": "",
        "LocalMailer": "false",
        "ScheduleState": "ENABLED",
    }


@pytest.mark.parametrize("zone", ["Europe/Copenhagen", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "UTC"])
def test_a_time_zone_is_an_iana_name(zone):
    assert accepts("TimeZone", zone)


def test_the_template_names_its_sections():
    titles = re.findall(r"^ *# ={100,}\n *#  ([A-Z]+): .+\n *# ={100,}$", TEMPLATE.read_text(), re.MULTILINE)
    assert titles == [
        "PARAMETERS",
        "RECORDS",
        "POLL",
        "TRIAGE",
        "RESPOND",
        "REPORT",
        "API",
        "WEBHOOK",
        "SCHEDULES",
        "ALARMS",
        "DASHBOARD",
        "OUTPUTS",
    ]


def test_sam_reads_the_source_when_it_builds_and_the_built_template_when_it_deploys():
    for environment in settings().values():
        for command, body in environment.items():
            assert ("template_file" in body["parameters"]) == (command in {"build", "validate"})


def test_a_users_deployment_asks_before_it_changes_anything_and_the_local_one_does_not():
    assert settings()["default"]["deploy"]["parameters"]["confirm_changeset"] is True
    assert settings()["local"]["deploy"]["parameters"]["confirm_changeset"] is False
    assert settings()["local"]["deploy"]["parameters"]["stack_name"] == "mentiondesk-local"


def test_stages_share_neither_a_stack_nor_its_figures():
    deployed = [settings()[stage]["deploy"]["parameters"] for stage in ("dev", "staging", "prod")]
    assert (
        len({each["stack_name"] for each in deployed}) == len({each["parameter_overrides"] for each in deployed}) == 3
    )
    assert all(each["confirm_changeset"] for each in deployed)
    for each in deployed:
        name, _, value = each["parameter_overrides"].partition("=")
        assert accepts(name, value)


def test_no_deployment_asks_for_more_than_the_right_to_make_roles():
    for environment in settings().values():
        assert environment["deploy"]["parameters"]["capabilities"] == ["CAPABILITY_IAM"]


def settings():
    read = tomllib.loads((REPOSITORY / "samconfig.toml").read_text())
    return {name: body for name, body in read.items() if name != "version"}
