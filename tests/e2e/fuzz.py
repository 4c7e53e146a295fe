"""Asks a deployed desk whatever can be made up from its OpenAPI document: `python -m tests.e2e.fuzz --examples 200`.

The desk is one of its own, on the embedded cloud, with a few customers who wrote. It ends with status 1 after a fault.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from typing import TYPE_CHECKING

from desk.access import Scope, fingerprint
from desk.policy import load
from desk.store.ledger import Token
from local import sample_day
from local.run import SHIPPED_POLICY
from local.stack import Stack
from tests.e2e.deployed import Deployed
from tests.fuzzing import Found, Fuzzing

if TYPE_CHECKING:
    from collections.abc import Iterable

CUSTOMERS = 4


def fuzz(desk: Deployed, examples: int) -> Found:
    """Ask every endpoint so often, rightly and wrongly; customers of its own write first."""
    written = [desk.writes(f"@PebblewingHelp my bag number {number} is lost") for number in range(CUSTOMERS)]
    desk.minutes_pass(2)
    known = {"case_id": [each.case_id for each in written], "customer_id": [each.customer_id for each in written]}
    return Fuzzing(desk.stack.api_url.rstrip("/"), lambda: _tokens(desk), known).run(examples)


def _tokens(desk: Deployed) -> list[str]:
    """Give a new token of each scope, the widest last, as `desk tokens create` writes them; that takes a second each."""
    made = {scope: f"desk_{secrets.token_urlsafe(32)}" for scope in Scope}
    for scope, token in made.items():
        record = Token("Mia" if scope is Scope.AGENT else f"a {scope}", (scope,), desk.now)
        desk.stack.ledger.put(f"TOKEN#{fingerprint(token)}", "TOKEN", record)
    return list(made.values())


def told(found: Found, seconds: float) -> Iterable[str]:
    """Say what came of it, each fault in full."""
    yield f"{found.asked.total()} requests of {len(found.asked)} endpoints in {seconds:.0f} s"
    yield ", ".join(f"{status}: {count}" for status, count in sorted(found.answered.items()))
    yield from (f"\n{name}\n{words}" for name, words in found.faults.items())
    yield f"{len(found.faults)} faults"


def main() -> int:
    """Deploy, ask, tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=100, help="requests for each endpoint, right and wrong ones")
    examples = parser.parse_args().examples
    with Stack(sample_day.read(), load(SHIPPED_POLICY)) as stack:
        began = time.monotonic()
        found = fuzz(Deployed(stack), examples)
    print("\n".join(told(found, time.monotonic() - began)))
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())
