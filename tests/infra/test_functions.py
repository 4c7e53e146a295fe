import pytest

from api.app import app
from api.routes.document import document
from api.routes.page import PATHS
from tests.infra.template import TEMPLATE, functions, name_of, resources, role_of, template, variables

EVERY = sorted(functions())
HANDLERS = {
    "PollFunction": "poll.handler.handle",
    "TriageFunction": "triage.handler.handle_records",
    "TriageSweepFunction": "triage.handler.sweep",
    "RespondFunction": "respond.handler.handle_records",
    "RespondSweepFunction": "respond.handler.sweep",
    "AlertFunction": "report.handler.send_alerts",
    "SummaryFunction": "report.handler.send_summary",
    "ApiFunction": "api.handler.handle",
    "WebhookFunction": "webhook.handler.deliver",
}


def test_the_desk_is_these_nine_functions():
    assert {name: body["Handler"] for name, body in functions().items()} == HANDLERS


@pytest.mark.parametrize("name", EVERY)
def test_a_function_is_built_from_the_one_tree_for_the_chosen_runtime_and_processor(name):
    body = functions()[name]
    assert body["CodeUri"] == "../functions/"
    assert body["Runtime"] == {"Ref": "Runtime"}
    assert body["Architectures"] == [{"Ref": "Architecture"}]


@pytest.mark.parametrize("name", EVERY)
def test_a_function_is_traced_and_logs_json_into_a_group_of_its_own(name):
    body = functions()[name]
    assert body["Tracing"] == "Active"
    assert body["LoggingConfig"]["LogFormat"] == "JSON"
    log = resources("AWS::Logs::LogGroup")[body["LoggingConfig"]["LogGroup"]["Ref"]]
    assert log["LogGroupName"]["Fn::Sub"] == "/aws/lambda/" + body["FunctionName"]["Fn::Sub"]


def test_lambda_filters_no_log_lines_or_it_would_drop_metrics():
    assert not [name for name in EVERY if "ApplicationLogLevel" in functions()[name]["LoggingConfig"]]


def test_every_log_is_kept_for_the_chosen_time():
    assert {log["RetentionInDays"]["Ref"] for log in resources("AWS::Logs::LogGroup").values()} == {"LogRetentionDays"}


def test_every_function_has_a_role_of_its_own():
    roles = [role_of(name) for name in EVERY]
    assert len(set(roles)) == len(EVERY)
    assert set(roles) | {"SchedulerRole"} == set(resources("AWS::IAM::Role"))


@pytest.mark.parametrize("name", EVERY)
def test_memory_and_time_limit_say_why_they_are_what_they_are(name):
    limits = [line for line in lines_of(name) if line.strip().startswith(("Timeout:", "MemorySize:"))]
    assert len(limits) == 2
    assert all("  # " in line for line in limits)


@pytest.mark.parametrize(
    "name", ["PollFunction", "TriageSweepFunction", "RespondSweepFunction", "AlertFunction", "WebhookFunction"]
)
def test_a_run_of_every_minute_ends_before_the_next_and_is_not_repeated(name):
    body = functions()[name]
    assert body["Timeout"] < 60
    assert body["EventInvokeConfig"]["MaximumRetryAttempts"] == 0


def test_a_summary_that_could_not_be_made_is_seen():
    config = functions()["SummaryFunction"]["EventInvokeConfig"]
    assert config["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["FailureQueue", "Arn"]}


def test_the_api_answers_before_the_gateway_gives_up():
    # "Maximum integration timeout: 30 seconds" (API Gateway quotas for HTTP APIs, read 2026-11).
    assert functions()["ApiFunction"]["Timeout"] < 30


@pytest.mark.parametrize("name", EVERY)
def test_every_function_knows_the_tables_its_service_and_the_clock(name):
    settings = variables(name)
    assert settings["DESK_TABLE"] == name_of("DeskInUse")
    assert settings["LEDGER_TABLE"] == name_of("LedgerInUse")
    assert settings["CLOCK_URL"] == {"Ref": "LocalClockUrl"}
    assert settings["LOG_LEVEL"] == {"Ref": "LogLevel"}
    assert settings["POWERTOOLS_METRICS_NAMESPACE"] == {"Ref": "MetricsNamespace"}
    assert settings["POWERTOOLS_SERVICE_NAME"] == HANDLERS[name].split(".")[0]


def test_only_who_talks_to_x_knows_where_it_is():
    talks = {"PollFunction", "RespondFunction", "RespondSweepFunction"}
    assert {name for name in EVERY if "X_API_URL" in variables(name)} == talks
    secretive = {name for name in EVERY if "CREDENTIALS_PREFIX" in variables(name)}
    assert secretive == talks | {"ApiFunction", "TriageSweepFunction"}  # these for the secret of the erased alone


def test_only_who_sends_mail_knows_the_sender():
    assert {name for name in EVERY if "SENDER_ADDRESS" in variables(name)} == {"AlertFunction", "SummaryFunction"}


def test_no_role_has_a_managed_policy():
    assert not [role for role, body in resources("AWS::IAM::Role").items() if "ManagedPolicyArns" in body]
    assert not [name for name, body in functions().items() if "Policies" in body]


def test_the_http_api_hands_every_request_to_the_api_function():
    routes = resources("AWS::ApiGatewayV2::Route").values()
    assert {route["Target"]["Fn::Sub"] for route in routes} == {"integrations/${HttpApiIntegration}"}
    assert "$default" in {route["RouteKey"] for route in routes}
    (integration,) = resources("AWS::ApiGatewayV2::Integration").values()
    assert integration["IntegrationUri"] == {"Fn::GetAtt": ["ApiFunction", "Arn"]}
    assert integration["PayloadFormatVersion"] == "2.0"
    (permission,) = resources("AWS::Lambda::Permission").values()
    assert permission["Principal"] == "apigateway.amazonaws.com"
    assert "${HttpApi}/" in permission["SourceArn"]["Fn::Sub"]


def test_with_an_issuer_the_gateway_checks_every_route_but_those_that_are_public():
    body = template()["Resources"]
    routes = {name: each for name, each in body.items() if each["Type"] == "AWS::ApiGatewayV2::Route"}
    open_to_all = {
        each["Properties"]["RouteKey"] for each in routes.values() if "AuthorizationType" not in each["Properties"]
    }
    assert open_to_all == {f"GET {path}" for path in PATHS} | {f"GET {path}" for path in _public()}
    (guarded,) = [each for each in routes.values() if "AuthorizationType" in each["Properties"]]
    assert guarded["Properties"]["RouteKey"] == "$default"
    assert guarded["Properties"]["AuthorizationType"] == {"Fn::If": ["UsesJwt", "JWT", "NONE"]}
    assert guarded["Properties"]["AuthorizerId"] == {
        "Fn::If": ["UsesJwt", {"Ref": "HttpApiJwtAuthorizer"}, {"Ref": "AWS::NoValue"}]
    }


def test_without_an_issuer_there_is_one_route_and_no_authorizer():
    body = template()["Resources"]
    conditional = {name for name, each in body.items() if each.get("Condition") == "UsesJwt"}
    of_gateway = {name for name, each in body.items() if each["Type"].startswith("AWS::ApiGatewayV2::")}
    assert of_gateway - conditional == {"HttpApi", "HttpApiIntegration", "HttpApiRoute", "HttpApiStage"}
    assert template()["Conditions"]["UsesJwt"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "JwtIssuer"}, ""]}]}


def test_the_gateway_takes_tokens_of_the_issuer_for_our_audience_from_the_header_alone():
    (authorizer,) = resources("AWS::ApiGatewayV2::Authorizer").values()
    assert authorizer["AuthorizerType"] == "JWT"
    assert authorizer["IdentitySource"] == ["$request.header.Authorization"]
    assert authorizer["JwtConfiguration"] == {"Issuer": {"Ref": "JwtIssuer"}, "Audience": [{"Ref": "JwtAudience"}]}


def test_the_function_takes_claims_of_the_very_issuer_that_the_gateway_checks():
    found = variables("ApiFunction")
    names = {name for name in found if name.startswith("JWT_")}
    assert names == {"JWT_ISSUER", "JWT_SCOPE_CLAIM", "JWT_SCOPE_PREFIX", "JWT_NAME_CLAIM"}
    assert found["JWT_ISSUER"] == {"Ref": "JwtIssuer"}
    assert {name for name in EVERY if "JWT_ISSUER" in variables(name)} == {"ApiFunction"}


def _public():
    described = document(app(), "")["paths"].items()
    return [path for path, item in described if "get" in item and not item["get"].get("security")]


def test_only_who_writes_cases_announces_and_only_the_webhook_knows_where_to():
    told = {"Fn::If": ["TellsOthers", {"Ref": "WebhookEvents"}, ""]}
    announcers = {name for name in EVERY if "WEBHOOK_EVENTS" in variables(name)}
    assert {"TriageFunction", "TriageSweepFunction"} <= announcers
    assert all(variables(name)["WEBHOOK_EVENTS"] == told for name in announcers)
    assert {name for name in EVERY if "WEBHOOK_PARAMETER" in variables(name)} == {"WebhookFunction"}


def test_only_on_the_local_stack_a_receiver_may_stand_on_this_machine():
    assert variables("WebhookFunction")["WEBHOOK_TO_LOOPBACK"] == {"Fn::If": ["SpeaksTls", "false", "true"]}


def test_the_access_log_names_no_caller():
    (stage,) = resources("AWS::ApiGatewayV2::Stage").values()
    assert "identity" not in stage["AccessLogSettings"]["Format"]
    assert "authorizer" not in stage["AccessLogSettings"]["Format"]


def test_what_operators_and_the_launcher_ask_for_is_an_output():
    outputs = set(template()["Outputs"])
    assert {"ApiUrl", "DeskTableName", "LedgerTableName", "AlarmTopicArn", "FailureQueueUrl"} <= outputs
    assert {f"{name}Name" for name in EVERY} <= outputs


def lines_of(name):
    text = TEMPLATE.read_text()
    start = text.index(f"\n  {name}:\n")
    return text[start : text.index("\n\n", start)].splitlines()
