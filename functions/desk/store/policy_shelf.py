"""The policies that cases were filed under: a case is folded by those, whatever the running one says by now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from desk.policy.load import parse
from desk.policy.model import Policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from desk.store.ledger import Ledger


class PolicyShelf(Mapping[str, Policy]):
    """Every policy version that was ever used: the running one, older ones read from the ledger when asked for.

    Older ones are judged no more: they were valid when they ran, and an upgrade may ask for more.
    """

    def __init__(self, current: Policy, ledger: Ledger) -> None:
        self.current = current
        self._ledger = ledger
        self._known = {current.version: current}

    def __getitem__(self, version: str) -> Policy:
        if version not in self._known:
            text = self._ledger.get("POLICY", version, str)
            if text is None:
                raise KeyError(version)
            self._known[version] = parse(text, is_running=False)
        return self._known[version]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)
