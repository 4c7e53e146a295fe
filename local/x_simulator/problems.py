"""What X says when it refuses: problem documents, partial errors, and the exception that carries them.

Words and shapes: X's OpenAPI file 2.166 (`Problem` and its kinds), error documents seen in public threads (2022-2026).
Decides no refusal; the rules do.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from local.x_simulator.post import Post

Document = dict[str, Any]

PROBLEMS = "https://api.twitter.com/2/problems/"

NOT_SUMMONED = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author "
    "of the post you are replying to."
)
DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
TARGET_GONE = "You attempted to reply to a Tweet that is deleted or not visible to you."
TOO_LONG = (
    "Your Tweet text is too long. For more information on how Twitter determines text length see "
    "https://github.com/twitter/twitter-text."
)
NO_DIRECT_MESSAGE = "You do not have permission to DM one or more participants."
NO_QUOTE_POSTS = "Quote posts are not available on this access tier."


class RefusedError(Exception):
    """A request that X answers with an error; the client gets `status` and `document`."""

    def __init__(self, status: int, document: Document) -> None:
        super().__init__(document.get("detail", status))
        self.status = int(status)
        self.document = document


def plain(status: int, detail: str | None = None) -> RefusedError:
    """Refuse with a problem that says no more than its status and a sentence."""
    title = HTTPStatus(status).phrase
    return RefusedError(status, {"title": title, "detail": detail or title, "type": "about:blank", "status": status})


def forbidden(detail: str) -> RefusedError:
    """Refuse what the account may not do."""
    return plain(HTTPStatus.FORBIDDEN, detail)


def may_only_read() -> RefusedError:
    """Refuse a post by tokens that were minted while their app might only read."""
    document = {
        "title": "Forbidden",
        "detail": "Your client app is not configured with the appropriate oauth1 app permissions for this endpoint.",
        "type": f"{PROBLEMS}oauth1-permissions",
        "status": int(HTTPStatus.FORBIDDEN),
    }
    return RefusedError(HTTPStatus.FORBIDDEN, document)


def invalid(parameter: str, values: Sequence[object], message: str) -> RefusedError:
    """Refuse a request for one parameter, or one key of its body (written `$.key`)."""
    document = {
        "errors": [{"parameters": {parameter: [str(value) for value in values]}, "message": message}],
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "type": f"{PROBLEMS}invalid-request",
    }
    return RefusedError(HTTPStatus.BAD_REQUEST, document)


def credits_depleted() -> RefusedError:
    """Refuse because the developer account has no credits left (pay per use, 2026)."""
    document = {
        "title": "CreditsDepleted",
        "detail": "Your enrolled account does not have any credits to fulfill this request.",
        "type": f"{PROBLEMS}credits",
    }
    return RefusedError(HTTPStatus.PAYMENT_REQUIRED, document)


def legacy(code: int, message: str) -> Document:
    """Return the older error body that X still gives at times, 429 among them."""
    return {"errors": [{"code": code, "message": message}]}


def missing_post(parameter: str, post_id: str, *, section: str | None = None) -> Document:
    """Return the partial error for a post that doesn't exist, or no longer."""
    document = _partial("Not Found Error", "resource-not-found", "tweet", parameter, post_id)
    document["detail"] = f"Could not find tweet with {parameter}: [{post_id}]."
    return document | ({"section": section} if section else {})


def hidden_post(parameter: str, post: Post, *, section: str = "data") -> Document:
    """Return the partial error for a post that the account may not see."""
    document = _partial("Authorization Error", "not-authorized-for-resource", "tweet", parameter, str(post.id))
    detail = f"Sorry, you are not authorized to see the Tweet with {parameter}: [{post.id}]."
    return document | {"detail": detail, "section": section}


def missing_user(parameter: str, value: str) -> Document:
    """Return the partial error for an account that X doesn't know."""
    document = _partial("Not Found Error", "resource-not-found", "user", parameter, value)
    return document | {"detail": f"Could not find user with {parameter}: [{value}]."}


def suspended_user(parameter: str, value: str) -> Document:
    """Return the partial error for an account that X suspended."""
    document = _partial("Forbidden", "resource-not-found", "user", parameter, value)
    return document | {"detail": f"User has been suspended: [{value}]."}


def hidden_user(parameter: str, value: str) -> Document:
    """Return the partial error for the posts of an account that protects them."""
    document = _partial("Authorization Error", "not-authorized-for-resource", "user", parameter, value)
    return document | {
        "detail": f"Sorry, you are not authorized to see the user with {parameter}: [{value}].",
        "section": "data",
    }


def _partial(title: str, kind: str, resource_type: str, parameter: str, value: str) -> Document:
    facts: Mapping[str, str] = {"resource_type": resource_type, "parameter": parameter, "value": value}
    return {"title": title, "type": f"{PROBLEMS}{kind}", **facts, "resource_id": value}
