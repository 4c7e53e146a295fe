import pytest

from tests.infra.template import (
    actions,
    allowed_on,
    functions,
    permits,
    referred,
    resources,
    role_statements,
    statements,
    targets,
    template,
    variables,
)

EVERY = sorted(functions())
ROLES = sorted(resources("AWS::IAM::Role"))
UNSCOPABLE = {"xray:PutTelemetryRecords", "xray:PutTraceSegments"}
STREAMED = {"TriageFunction", "RespondFunction"}
TALKS_TO_X = {"PollFunction", "RespondFunction", "RespondSweepFunction"}
KEPT_BY_THE_API = {"KeepAnswers": ["ASKED*", "ERASE", "INCIDENTS", "ONGOING", "WEBHOOK"], "CountWrites": "WRITES*"}
"""What the api may write into the ledger, by the statement that allows it: neither tokens nor the switch."""
WRITES = {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"}
ON_LEDGER = WRITES | {"dynamodb:GetItem", "dynamodb:Query"}


def who_may(action, on=None):
    return {
        name
        for name in EVERY
        for one in statements(name)
        if action in actions(one) and (on is None or any(on in target for target in targets(one)))
    }


@pytest.mark.parametrize("role", ROLES)
def test_a_role_allows_named_actions_only(role):
    for one in role_statements(role):
        assert one["Effect"] == "Allow"
        assert not [action for action in actions(one) if "*" in action]


@pytest.mark.parametrize("role", ROLES)
def test_each_permission_says_what_it_is_for_once(role):
    names = [one["Sid"] for one in role_statements(role)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("role", ROLES)
def test_only_tracing_which_knows_no_resources_is_allowed_on_everything(role):
    for one in role_statements(role):
        if "*" in targets(one):
            assert set(actions(one)) == UNSCOPABLE


@pytest.mark.parametrize("role", ROLES)
def test_a_star_in_a_resource_stands_at_its_end_only_and_behind_a_path(role):
    allowed_ends = ("/stream/*", "/x/*", "identity/*")
    for one in role_statements(role):
        for target in targets(one):
            if "*" in target and target != "*":
                assert target.endswith(allowed_ends)
                assert target.count("*") == 1


@pytest.mark.parametrize("name", EVERY)
def test_a_function_writes_its_own_log_and_no_other(name):
    logs = [one for one in statements(name) if any(action.startswith("logs:") for action in actions(one))]
    assert [targets(one) for one in logs] == [[f"{functions()[name]['LoggingConfig']['LogGroup']['Ref']}.Arn"]]


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"SchedulerRole"}))
def test_a_role_is_lambdas_alone(role):
    (trust,) = resources("AWS::IAM::Role")[role]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "lambda.amazonaws.com"}


def test_nobody_may_scan_a_table():
    assert who_may("dynamodb:Scan") == set()


def test_only_triage_deletes_from_the_desk():
    assert who_may("dynamodb:DeleteItem", "DeskInUse") == {"TriageFunction", "TriageSweepFunction"}


def test_poll_appends_to_the_desk_and_changes_nothing_there():
    assert allowed_on("PollFunction", "DeskInUse.Value") & WRITES == {"dynamodb:PutItem"}


@pytest.mark.parametrize("name", ["AlertFunction", "SummaryFunction"])
def test_report_writes_nothing_on_the_desk(name):
    assert not allowed_on(name, "DeskInUse.Value") & WRITES


def test_the_api_appends_to_the_desk_and_keeps_its_answers_and_writes_nothing_else():
    assert allowed_on("ApiFunction", "DeskInUse.Value") & WRITES == {"dynamodb:PutItem", "dynamodb:UpdateItem"}
    granted = {one["Sid"]: one for one in statements("ApiFunction") if set(actions(one)) & WRITES}
    on_ledger = {sid: one["Condition"] for sid, one in granted.items() if targets(one) == ["LedgerInUse.Value"]}
    assert on_ledger == {
        sid: {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": keys}} for sid, keys in KEPT_BY_THE_API.items()
    }


def test_only_who_talks_to_x_reads_its_credentials_and_no_other_parameter():
    assert who_may("ssm:GetParameter") == TALKS_TO_X | {"ApiFunction", "TriageSweepFunction", "WebhookFunction"}
    for name in TALKS_TO_X:
        (one,) = [one for one in statements(name) if actions(one) == ["ssm:GetParameter"]]
        assert targets(one) == [
            "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/${AWS::StackName}/x/*"
        ]
        assert functions()[name]["Environment"]["Variables"]["CREDENTIALS_PREFIX"] == {
            "Fn::Sub": "/${AWS::StackName}/x"
        }


def test_of_the_parameters_the_sweep_makes_and_the_api_reads_the_secret_of_the_erased_alone():
    secret = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/${AWS::StackName}/x/desk/erasure-key"
    assert who_may("ssm:PutParameter") == {"TriageSweepFunction"}
    for name in ("ApiFunction", "TriageSweepFunction"):
        (one,) = [one for one in statements(name) if "ssm:GetParameter" in actions(one)]
        assert targets(one) == [secret]


def test_only_the_api_reads_its_tokens():
    assert {name for name in EVERY for action in ON_LEDGER if permits(name, action, "TOKEN#1")} == {"ApiFunction"}
    assert not [name for name in EVERY for action in WRITES if permits(name, action, "TOKEN#1")]


def test_who_is_to_be_erased_is_put_down_by_the_api_and_forgotten_by_the_sweep_alone():
    may = {action: {name for name in EVERY if permits(name, action, "ERASE")} for action in ON_LEDGER}
    assert may["dynamodb:PutItem"] == {"ApiFunction"}
    assert may["dynamodb:UpdateItem"] == set()
    assert may["dynamodb:DeleteItem"] == {"TriageSweepFunction"}
    assert may["dynamodb:GetItem"] == {"ApiFunction", "TriageSweepFunction"}


def test_who_calls_strangers_neither_posts_nor_looks_around():
    """The switch stands under DESK."""
    assert not [action for action in WRITES if permits("WebhookFunction", action, "DESK")]
    seen = ("ASKED#901", "INCIDENTS", "NOTICE#2026-03-03", "ERASE", "RECEIPT", "TOKEN#1")
    assert not [key for key in seen for action in ON_LEDGER if permits("WebhookFunction", action, key)]


def test_nobody_but_alarms_of_this_account_tells_the_topic_anything():
    (policy,) = resources("AWS::SNS::TopicPolicy").values()
    (granted,) = [one for one in policy["PolicyDocument"]["Statement"] if one["Effect"] == "Allow"]
    assert granted["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert granted["Condition"]["ArnLike"]["aws:SourceArn"]["Fn::Sub"].endswith(":${AWS::AccountId}:alarm:*")


def test_only_report_sends_mail_and_only_as_the_sender():
    assert who_may("ses:SendEmail") == {"AlertFunction", "SummaryFunction"}
    for name in who_may("ses:SendEmail"):
        (one,) = [one for one in statements(name) if "ses:SendEmail" in actions(one)]
        assert one["Condition"] == {"StringEquals": {"ses:FromAddress": {"Ref": "SenderAddress"}}}
        assert targets(one) != ["*"]


def test_the_local_mailer_changes_no_right_but_that_of_sending_mail():
    for name in EVERY:
        real, local = statements(name), statements(name, local_mailer=True)
        changed = [one["Sid"] for one, other in zip(real, local, strict=True) if one != other]
        assert changed == (["SendMailAsSender"] if name in {"AlertFunction", "SummaryFunction"} else [])


def test_the_local_parts_are_refused_beside_the_real_x():
    rule = template()["Rules"]["LocalPartsStayLocal"]
    conditions = str(rule["RuleCondition"])
    assert "LocalMailer" in conditions
    assert "LocalClockUrl" in conditions
    assert rule["Assertions"][0]["Assert"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "XApiUrl"}, "https://api.x.com"]}]}


def test_only_triage_asks_comprehend_and_only_where_the_stack_says_so():
    (rights,) = (body for body in template()["Resources"].values() if body["Type"] == "AWS::IAM::Policy")
    (one,) = rights["Properties"]["PolicyDocument"]["Statement"]
    assert template()["Conditions"][rights["Condition"]] == {"Fn::Equals": [{"Ref": "UseComprehend"}, "true"]}
    assert rights["Properties"]["Roles"] == [{"Ref": "TriageRole"}, {"Ref": "TriageSweepRole"}]
    assert actions(one) == ["comprehend:BatchDetectDominantLanguage", "comprehend:BatchDetectSentiment"]
    assert not [
        action for role in ROLES for own in role_statements(role) for action in actions(own) if "compr" in action
    ]


def test_only_the_consumers_of_the_stream_read_it():
    assert who_may("dynamodb:GetRecords") == STREAMED
    for name in STREAMED:
        assert {"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"} == allowed_on(
            name, "DeskStreamInUse.Value"
        )
        assert allowed_on(name, "${DeskInUse.Value}/stream/*") == {"dynamodb:ListStreams"}


def test_only_who_can_fail_for_good_sends_to_the_failure_queue():
    failing = {name for name in EVERY if "sqs:SendMessage" in allowed_on(name, "FailureQueue.Arn")}
    assert failing == STREAMED | {"SummaryFunction"}
    assert who_may("sqs:SendMessage", "WebhookFailureQueue.Arn") == {"WebhookFunction"}


def test_the_webhook_reads_its_own_parameter_and_touches_no_case():
    (one,) = [one for one in statements("WebhookFunction") if actions(one) == ["ssm:GetParameter"]]
    name = variables("WebhookFunction")["WEBHOOK_PARAMETER"]["Fn::Sub"]
    assert targets(one) == [f"arn:${{AWS::Partition}}:ssm:${{AWS::Region}}:${{AWS::AccountId}}:parameter{name}"]
    assert not [target for one in statements("WebhookFunction") for target in targets(one) if "DeskInUse" in target]


def test_the_indexes_that_a_role_may_query_exist():
    indexes = {one["IndexName"] for one in resources("AWS::DynamoDB::Table")["DeskTable"]["GlobalSecondaryIndexes"]}
    named = {
        target.rpartition("/")[2]
        for name in EVERY
        for one in statements(name)
        for target in targets(one)
        if "/index/" in target
    }
    assert named <= indexes


def test_the_scheduler_may_start_the_scheduled_functions_and_no_other():
    (one,) = role_statements("SchedulerRole")
    scheduled = {referred(body["Target"]["Arn"]) for body in resources("AWS::Scheduler::Schedule").values()}
    assert {referred(resource) for resource in one["Resource"]} == scheduled
    (trust,) = resources("AWS::IAM::Role")["SchedulerRole"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "scheduler.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_queue_and_topic_are_closed_and_encrypted():
    (queue_policy,) = resources("AWS::SQS::QueuePolicy").values()
    assert [one["Effect"] for one in queue_policy["PolicyDocument"]["Statement"]] == ["Deny"]
    (topic_policy,) = resources("AWS::SNS::TopicPolicy").values()
    granted = [one for one in topic_policy["PolicyDocument"]["Statement"] if one["Effect"] == "Allow"]
    assert [(one["Principal"], one["Action"]) for one in granted] == [
        ({"Service": "cloudwatch.amazonaws.com"}, "sns:Publish")
    ]
    queues = resources("AWS::SQS::Queue")
    assert [queue["SqsManagedSseEnabled"] for queue in queues.values()] == [True] * len(queues)
    assert queue_policy["Queues"] == [{"Ref": name} for name in queues]
    assert resources("AWS::SNS::Topic")["AlarmTopic"]["KmsMasterKeyId"] == {"Ref": "AlarmKey"}


def test_only_beside_a_simulated_x_the_queue_takes_plain_http():
    assert template()["Resources"]["FailureQueuePolicy"]["Condition"] == "SpeaksTls"
    assert template()["Conditions"]["SpeaksTls"] == {"Fn::Equals": [{"Ref": "XApiUrl"}, "https://api.x.com"]}


def test_alarms_may_use_the_topics_key():
    key = resources("AWS::KMS::Key")["AlarmKey"]
    grants = {one["Sid"]: one for one in key["KeyPolicy"]["Statement"]}
    assert grants["AlarmsOfThisAccountEncrypt"]["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
    assert key["EnableKeyRotation"] is True
    assert not [action for one in grants.values() for action in actions(one) if "*" in action]
