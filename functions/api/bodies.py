"""The shapes of what the API is sent, which are also its documentation. They say what fits, not what may be done.

A field that nobody knows is a fault, like one of another type: what was meant would silently not happen.
"""

from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, StrictBool, StrictInt, model_validator

from api.models import XId
from desk.policy.model import MOST_LEVELS, Category, Priority


def _printable(text: str) -> str:
    if not text.strip() or any(not each.isprintable() and each not in "\n\u200d\ufe0f" for each in text):
        raise ValueError("write words, with no control characters but new lines")
    return text.strip()


Words = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_printable)]
Name = Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_printable)]
Why = Annotated[Words | None, Field(description="Why, for whoever reads the timeline. Never shown on X.")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _example(**values: JsonValue) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


class Explained(_Body):
    """An act that needs no more than its name."""

    model_config = _example(text="She called and thanked us.")

    text: Why = None


class Assigning(Explained):
    """To whom a case is given: `agent`, or, by the team, the language and the open cases of each, `automatic`."""

    model_config = _example(agent="Mia")

    agent: Name | None = Field(None, description="A person of the policy; null takes the assignment back.")
    automatic: StrictBool = Field(default=False, description="Give it to who serves it and has the fewest cases.")

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if self.automatic == ("agent" in self.model_fields_set):
            raise ValueError("give either `agent` or `automatic`: true")
        return self


class Transferring(Explained):
    """Which team gets the case."""

    model_config = _example(team="technical", text="The app is at fault.")

    team: Name = Field(examples=["technical"])


class Prioritising(Explained):
    """How urgent it is."""

    model_config = _example(priority="P1")

    priority: Priority


class Reclassifying(Explained):
    """What the customer wants."""

    model_config = _example(category="complaint")

    category: Category


class Snoozing(Explained):
    """Until when the case rests."""

    model_config = _example(until=1772470800, text="The bag lands at five.")

    until: StrictInt = Field(description="UTC epoch seconds, within 90 days.", ge=0, lt=1 << 40, examples=[1772470800])


class Escalating(Explained):
    """To which of its team's levels the case is taken, 1 the nearest."""

    model_config = _example(level=1)

    level: StrictInt = Field(ge=1, le=MOST_LEVELS, examples=[1])


class Joining(Explained):
    """To which incident a case belongs."""

    model_config = _example(incident="2028377461850148864")

    incident: XId


class Noting(_Body):
    """What colleagues should know. Never shown on X."""

    model_config = _example(text="Booking is under her married name.")

    text: Words


class Replying(_Body):
    """What a person answers in public: their own `text`, or a canned `response` by its name."""

    model_config = _example(text="I'm sorry about your bag. We are looking for it now.")

    text: Words | None = Field(None, description="Without a signature: that is added.")
    response: Name | None = Field(None, description="A canned response of the policy.", examples=["baggage-lost"])
    reply_to: XId | None = Field(None, description="The customer's post; else the latest that lets us reply.")
    agent: Name | None = Field(None, description="Who signs; else the person of the token's name. Others need `lead`.")

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.text is None) == (self.response is None):
            raise ValueError("give either `text` or `response`")
        return self


class Erasing(_Body):
    """Erasing needs no more than the customer's id in the address."""


class Naming(Explained):
    """What many write about: one of the policy's topics, or words that the posts have in common, or both."""

    model_config = _example(label="App login", text="The app's maker confirmed an outage.")

    topic: Name | None = Field(None, examples=["app-and-website"])
    terms: list[Name] = Field([], description="Words, or pairs of words: a post that has one belongs.", max_length=12)
    label: Name | None = Field(None, description="What people call it; else its topic or its words.")


class Declaring(Naming):
    """An incident that the desk did not see."""

    model_config = _example(topic="app-and-website", label="App login", text="The app's maker confirmed an outage.")

    since: StrictInt | None = Field(
        None, description="UTC epoch seconds, within the last day; else an hour ago.", ge=0, lt=1 << 40
    )

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not self.topic and not self.terms:
            raise ValueError("give `topic`, `terms` or both")
        return self


class Publishing(_Body):
    """What is published: the draft as it stands, or a person's own words in its place."""

    model_config = _example(text="We know that logging in to our app fails. We are on it: https://status.example/")

    text: Words | None = Field(None, description="Else the draft is approved as it stands.")


class Ending(Explained):
    """How an incident is resolved."""

    model_config = _example(replies=True, text="The app's maker fixed it.")

    replies: StrictBool = Field(
        description="Tell those who summoned us and got no automatic reply yet that it is over, each once."
    )


class CustomerChange(_Body):
    """What people know of a customer. What is left out stays as it is."""

    model_config = _example(external_ids={"crm": "C-1042"}, is_vip=True)

    external_ids: dict[Name, Name | None] | None = Field(
        None,
        description="Ids in other systems by the system's name; null takes one away.",
        examples=[{"crm": "C-1042"}],
    )
    is_vip: StrictBool | None = None
    has_stopped: StrictBool | None = Field(None, description="The customer wants no automatic replies.")

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set or any(getattr(self, name) is None for name in self.model_fields_set):
            raise ValueError("give at least one of `external_ids`, `is_vip` and `has_stopped`, and none as null")
        return self
