"""What a request is answered from: the stores, the policy and the one moment at which it is answered."""

from dataclasses import dataclass
from functools import cache

from aws_lambda_powertools.event_handler import Request

from desk.policy import Policy, load
from desk.settings import settings
from desk.store.desk_table import DeskTable
from desk.store.edge import desk_table, ledger
from desk.store.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Sources:
    """Read by every route; `now` is UTC epoch seconds, read once for the whole request."""

    desk: DeskTable
    ledger: Ledger
    policy: Policy
    now: int

    def teams(self) -> dict[str, str]:
        """Give every team that has or ever had a queue, with its title; a team no longer in the policy has its name."""
        former = {name: name for name, _ in self.ledger.values("QUEUES", object)}
        return former | {name: team.title for name, team in self.policy.teams.items()}


@cache
def policy() -> Policy:
    """Give the policy this function was deployed with."""
    return load(settings().policy_file)


def sources(now: int) -> Sources:
    """Give this deployment's sources at a moment."""
    return Sources(desk_table(), ledger(), policy(), now)


def given(request: Request) -> Sources:
    """Give the sources that the handler laid out for this request."""
    found: Sources = request.context["sources"]
    return found
