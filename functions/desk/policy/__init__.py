"""What a team decides about its desk: `policy.toml`, read once, checked whole, frozen."""

from desk.policy.faults import Fault, PolicyFaults
from desk.policy.load import load, parse
from desk.policy.model import Category, Policy, Priority, Purpose, Role

__all__ = ["Category", "Fault", "Policy", "PolicyFaults", "Priority", "Purpose", "Role", "load", "parse"]
