"""What routes that change something have in common: who asks, under which key, over which state."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Depends
from aws_lambda_powertools.event_handler.openapi.params import Header

from api.acting import Change, changing

Asked = Annotated[Change, Depends(changing)]
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        description="Made up by the caller for this one request, such as a UUID. Sent again with the same request "
        "within a day it gets the same answer, and nothing happens twice.",
        pattern=r"^[A-Za-z0-9_-]{8,64}$",
        example="7c9e6679-7425-40de-944b-e07fc1f90ae7",
    ),
]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The `ETag` that was seen; without it the answer is 428, with another one 412.",
        max_length=80,
        example='"3"',
    ),
]
