from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from desk.errors import Ambiguous, Misconfigured, Permanent, Unavailable
from report.mailer import Mail, SesMailer

MAIL = Mail("3 cases breached", "<p>late</p>", "late")


class Ses:
    """Takes mails, or fails with what it was given."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault
        self.sent: list[dict] = []

    def send_email(self, **request):
        if self.fault:
            raise self.fault
        self.sent.append(request)


def refused(code: str, status: int = 400) -> ClientError:
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "SendEmail")


def test_a_mail_goes_to_all_with_both_parts_and_an_address_to_answer_to():
    ses = Ses()
    SesMailer(ses, "desk@example.com").send(MAIL, to=("a@example.com", "b@example.com"), reply_to=("a@example.com",))
    (request,) = ses.sent
    assert request["FromEmailAddress"] == "desk@example.com"
    assert request["Destination"] == {"ToAddresses": ["a@example.com", "b@example.com"]}
    assert request["ReplyToAddresses"] == ["a@example.com"]
    simple = request["Content"]["Simple"]
    assert simple["Subject"]["Data"] == "3 cases breached"
    assert {kind: part["Data"] for kind, part in simple["Body"].items()} == {"Text": "late", "Html": "<p>late</p>"}


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (refused("TooManyRequestsException", 429), Unavailable),
        (refused("MessageRejected"), Misconfigured),
        (refused("AccessDeniedException", 403), Misconfigured),
        (refused("BadRequestException"), Permanent),
        (refused("InternalFailure", 500), Ambiguous),
        (EndpointConnectionError(endpoint_url="https://ses"), Unavailable),
        (ReadTimeoutError(endpoint_url="https://ses"), Ambiguous),
    ],
)
def test_each_fault_of_ses_is_told_by_what_may_have_happened(fault, error):
    with pytest.raises(error):
        SesMailer(Ses(fault), "desk@example.com").send(MAIL, to=("a@example.com",), reply_to=())
