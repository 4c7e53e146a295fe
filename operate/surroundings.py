"""What a deployed desk stands on in AWS, as one finding each: schedules, time zone, mails of alarms, failure queue.

It reads AWS and changes nothing; whoever calls it catches what AWS refuses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from operate import sender
from operate.finding import Finding, Verdict

if TYPE_CHECKING:
    from desk.policy import Policy
    from operate.deployment import Deployment

_PENDING = "PendingConfirmation"
"""What SNS tells instead of a subscription's name until somebody follows its link (AWS, SNS, 2026)."""


def mail_sender(deployment: Deployment) -> Finding:
    """Look whether SES sends from our address."""
    found = sender.look_up(deployment.client("sesv2"), deployment.environment["SENDER_ADDRESS"])
    if found.is_verified:
        return Finding("sender", Verdict.FINE, found.words)
    remedy = "run `desk setup`, then follow the link that SES sends"
    return Finding("sender", Verdict.WRONG, f"SES does not send from {found.address}", remedy)


def schedules(deployment: Deployment) -> Finding:
    """Look whether the schedules run; somebody may have halted them on purpose."""
    found: list[dict[str, Any]] = deployment.client("scheduler").list_schedules(GroupName=deployment.stack)["Schedules"]
    halted = sorted(each["Name"].removeprefix(f"{deployment.stack}-") for each in found if each["State"] != "ENABLED")
    if not found:
        return Finding("schedules", Verdict.WRONG, "there are none: nothing is polled", "deploy the stack again")
    if halted:
        remedy = "deploy with ScheduleState=ENABLED to let the desk live again"
        return Finding("schedules", Verdict.NOTE, f"{len(halted)} of {len(found)} are halted", remedy)
    return Finding("schedules", Verdict.FINE, f"all {len(found)} are on")


def time_zone(deployment: Deployment, policy: Policy) -> Finding:
    """Look whether summaries are sent by the clock by which their days are counted."""
    (stack,) = deployment.client("cloudformation").describe_stacks(StackName=deployment.stack)["Stacks"]
    parameters = {each["ParameterKey"]: each["ParameterValue"] for each in stack.get("Parameters", ())}
    deployed = parameters.get("TimeZone", "")
    if deployed == policy.time_zone:
        return Finding("time zone", Verdict.FINE, f"{deployed}, for days and for summaries")
    words = f"summaries are sent by {deployed or 'no'} time, the policy counts days in {policy.time_zone}"
    return Finding("time zone", Verdict.NOTE, words, f"deploy with TimeZone={policy.time_zone}")


def alarm_mails(deployment: Deployment) -> Finding:
    """Look whether somebody is told of alarms: SNS sends nothing to an address that did not confirm."""
    topic = deployment.outputs["AlarmTopicArn"]
    pages = deployment.client("sns").get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    found = [each for page in pages for each in page["Subscriptions"]]
    pending = sorted(each["Endpoint"] for each in found if each["SubscriptionArn"] == _PENDING)
    if pending:
        remedy = "follow the link that SNS sent there; it is good for three days, then deploy the address anew"
        return Finding("mails of alarms", Verdict.WRONG, f"not confirmed: {', '.join(pending)}", remedy)
    if not found:
        remedy = "deploy with an AlarmEmail whose owner follows the link that SNS sends"
        return Finding("mails of alarms", Verdict.WRONG, "nobody is told of an alarm", remedy)
    return Finding("mails of alarms", Verdict.FINE, f"{len(found)} confirmed")


def failure_queue(deployment: Deployment) -> Finding:
    """Look whether a stream gave anything up."""
    counted = deployment.client("sqs").get_queue_attributes(
        QueueUrl=deployment.outputs["FailureQueueUrl"], AttributeNames=["ApproximateNumberOfMessages"]
    )
    count = int(counted["Attributes"]["ApproximateNumberOfMessages"])
    if not count:
        return Finding("failure queue", Verdict.FINE, "empty")
    remedy = "the schedules mend what the stream gave up; look into the queue if it grows"
    return Finding("failure queue", Verdict.NOTE, f"about {count} messages", remedy)
