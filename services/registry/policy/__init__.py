"""Policy parameters: read by everybody, set by the places that may."""

from pathlib import Path

from services.registry.policy.catalogue import all_defaults
from services.registry.policy.overrides import PolicyOverrides
from services.registry.policy.routes import policy_router

MESSAGES = Path(__file__).with_name("messages.toml")

__all__ = ["MESSAGES", "PolicyOverrides", "all_defaults", "policy_router"]
