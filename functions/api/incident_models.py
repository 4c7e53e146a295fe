"""The shapes of what the API answers about one incident, which are also their documentation. They decide nothing."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from api.models import CaseSummary, IncidentSummary, Moment, Outgoing, XId
from desk.incidents.model import Stage


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class IncidentAct(StrEnum):
    """What people do to an incident."""

    DECLARE = "declare"
    PUBLISH = "publish"
    RESOLVE = "resolve"
    DISMISS = "dismiss"


class Change(_Part):
    """It came to a stage."""

    at: Moment
    stage: Stage
    by: str = Field(description="`the desk`, or the name of a token.", examples=["Lena"])
    reason: str


class StatusPost(_Part):
    """A post of the brand about the incident. Those after the first reply to the one before."""

    number: int = Field(description="From 1 on.", examples=[1])
    text: str
    written_at: Moment
    approved_by: str | None = Field(description="Null: a draft.")
    approved_at: Moment | None
    post_id: XId | None = Field(description="Null until X shows it.")
    posted_at: Moment | None
    url: str | None
    refused: str | None = Field(description="Why it was not posted, and never will be; publish another.")
    lost_at: Moment | None = Field(
        description="Since when X has left open whether it stands there; it is looked for on our own timeline."
    )


class Resolution(_Part):
    """How it was resolved."""

    at: Moment
    by: str
    replies: bool = Field(description="Whether customers without an automatic reply are told.")


class Example(_Part):
    """A post that tells what it is about."""

    customer_id: XId
    post_id: XId
    url: str
    text: str | None = Field(description="Null for the scope `viewer`, and where the text is gone.")


class Column(_Part):
    """The posts of a stretch of time, and how many the baseline expected."""

    begins: Moment
    seconds: int = Field(examples=[300])
    posts: int
    expected: float


class Measures(_Part):
    """What it took and what it saved; durations in seconds from `since` on, null where it has not come to that."""

    to_suspect_seconds: int | None
    to_declare_seconds: int | None
    to_status_post_seconds: int | None
    to_resolve_seconds: int | None
    posts_saved: int = Field(description="Replies that were held and never posted.")
    usd_saved: float = Field(description="What X would have charged for them by its list prices.")


class Incidents(_Part):
    """One page of incidents, the latest first."""

    as_of: Moment
    incidents: list[IncidentSummary]
    next_cursor: str | None = Field(description="Give it as `cursor` for the next page; null on the last one.")


class IncidentDetail(IncidentSummary):
    """An incident with its evidence and all that was done."""

    as_of: Moment
    revision: int = Field(description="Counts what people must have seen before they act; also the ETag.")
    terms: list[str] = Field(description="Words that its posts have in common.")
    links: list[str] = Field(description="Addresses that its posts have in common.")
    changes: list[Change]
    status_posts: list[StatusPost]
    draft: StatusPost | None = Field(description="What is published if it is approved as it stands.")
    resolution: Resolution | None
    examples: list[Example]
    volume: list[Column] = Field(description="Posts beside their baseline, from an hour before it on.")
    measures: Measures


class IncidentCases(_Part):
    """One page of the cases of an incident, in the order in which they opened."""

    as_of: Moment
    cases: list[CaseSummary]
    next_cursor: str | None = Field(description="Give it as `cursor` for the next page; null on the last one.")


class IncidentWorked(_Part):
    """What was done, and the incident as it stands then. A dry run says what would be done."""

    as_of: Moment
    revision: int = Field(description="Of the incident; also the ETag.")
    act: IncidentAct
    by: str = Field(description="The token's name.", examples=["Lena"])
    is_dry_run: bool = False
    incident: IncidentSummary
    outgoing: Outgoing | None = Field(description="The status post with its exact text; it goes out within seconds.")
