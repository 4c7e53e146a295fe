"""What a request is answered from: the stores, the policy and the one moment at which it is answered."""

import os
from functools import cache
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Request, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from msgspec import Struct

from api.claims import Issuer
from desk.clock import clock_from
from desk.policy import Policy, load
from desk.settings import settings
from desk.store.desk_table import DeskTable
from desk.store.edge import desk_table, ledger
from desk.store.ledger import Ledger


class Sources(Struct, frozen=True):
    """Read by every route; `now` is UTC epoch seconds, read once for the whole request.

    `issuer`: whose tokens are taken; None: the desk's own.
    """

    desk: DeskTable
    ledger: Ledger
    policy: Policy
    now: int
    issuer: Issuer | None = None

    def teams(self) -> dict[str, str]:
        """Give every team that has or ever had a queue, with its title; a team no longer in the policy has its name."""
        former = {name: name for name, _ in self.ledger.values("QUEUES", object)}
        return former | {name: team.title for name, team in self.policy.teams.items()}


@cache
def policy() -> Policy:
    """Give the policy this function was deployed with."""
    return load(settings().policy_file)


@cache
def issuer() -> Issuer | None:
    """Give the issuer whose tokens this function was deployed to take; None: the desk's own are taken."""
    found = settings()
    if not found.jwt_issuer:
        return None
    return Issuer(found.jwt_issuer, found.jwt_scope_claim, found.jwt_scope_prefix, found.jwt_name_claim)


def lay_out(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """Lay out this deployment's sources for the routes; the time is read here, once for each request."""
    now = clock_from(os.environ)()
    app.append_context(sources=Sources(desk_table(), ledger(), policy(), now, issuer()))
    return next_middleware(app)


def given(request: Request) -> Sources:
    """Give the sources laid out for this request."""
    found: Sources = request.context["sources"]
    return found
