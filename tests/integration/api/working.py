"""A desk whose people work one case by the API: Mia and Jonas answer, Lena leads."""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from desk.access import fingerprint
from desk.store.desk_items import Filed, Profile
from desk.store.ledger import Setup, Switch, Token
from desk.store.policy_shelf import PolicyShelf
from tests.api_gateway import Answer, request
from tests.stories import CASE, CUSTOMER, MINUTE, MORNING, OURS, shipped_policy, the_case
from triage.filing import Filer

if TYPE_CHECKING:
    from desk.case import Case
    from desk.event import Event
    from desk.store.desk_table import DeskTable
    from desk.store.ledger import Ledger

PEOPLE = {"Mia": "agent", "jonas": "agent", "Lena": "lead", "wall": "viewer"}


class Working:
    """Calls the API as one of the people, ten minutes into the story; keys are made up where none is given."""

    def __init__(self, api: Any) -> None:
        self.api = api
        self.desk: DeskTable = api.desk
        self.ledger: Ledger = api.ledger
        self.now = MORNING + 10 * MINUTE
        self._keys = count()
        for name, scope in PEOPLE.items():
            self.ledger.put(f"TOKEN#{fingerprint(name)}", "TOKEN", Token(name, (scope,), MORNING))
        names = {handle.name.lower(): str(number) for number, handle in enumerate(shipped_policy().handles, 901)}
        self.ledger.put("DESK", "SETUP", Setup(names | {"pebblewinghelp": OURS}, 0))
        self.ledger.put("DESK", "SWITCH", Switch(is_on=True, table=self.desk.name, by="Lena", at=MORNING))

    @property
    def now(self) -> int:
        now: int = self.api.now
        return now

    @now.setter
    def now(self, at: int) -> None:
        self.api.now = at

    def holds(self, *events: Event) -> None:
        """The case of a story, filed."""
        for event in events:
            self.desk.append(replace(event, filing=None))
        profile = Profile(CUSTOMER, cases=1, open_case=CASE, open_case_latest_at=MORNING)
        self.desk.file(Filed(events, the_case(events, 10), 0, 1, ("77",), profile, None))

    def asks(self, path: str, by: str = "Mia") -> Answer:
        answer: Answer = self.api.send(request(path, token=by))
        return answer

    def sends(
        self,
        path: str,
        body: object,
        *,
        by: str | None = "Mia",
        method: str = "POST",
        key: str | None = "",
        seen: int | str | None = 1,
        headers: dict[str, str] | None = None,
        **query: Any,
    ) -> Answer:
        """`key` "": a new one. `seen`: a revision, or what stands in `If-Match`; None leaves either out."""
        event = request(path, method=method, token=by, **query)
        key = f"key-number-{next(self._keys)}" if key == "" else key
        tag = f'"{seen}"' if isinstance(seen, int) else seen
        named = {"idempotency-key": key, "if-match": tag, "content-type": "application/json"}
        event["headers"] |= {name: value for name, value in named.items() if value is not None} | (headers or {})
        answer: Answer = self.api.send(event | {"body": body if isinstance(body, str) else json.dumps(body)})
        return answer

    def does(self, act: str, body: object = None, **how: Any) -> Answer:
        return self.sends(f"/cases/{CASE}/{act}", {} if body is None else body, **how)

    def triage(self) -> None:
        """The stream brings triage what was appended."""
        policies = PolicyShelf(shipped_policy(), self.ledger)
        setup = self.ledger.setup()
        assert setup is not None
        filer = Filer(self.desk, self.ledger, policies, setup, now=self.now)
        for partition, event in list(self.desk.unfiled(self.now + 1)):
            filer.file(partition, event)

    def stored(self) -> Case:
        found = self.desk.case(CASE)
        assert found is not None
        return found.case

    def writings(self) -> Any:
        """Everything in both tables, to see that nothing changed."""
        return self.api.writings()
