"""A status in a few words, and what changed between two of them."""

from collections.abc import Mapping

from pydantic import JsonValue

Status = Mapping[str, JsonValue]


def summary(status: Status) -> str:
    """Place, state, guarantees, signals and risk, one a line."""
    guarantees = ", ".join(f"{item['item_text']}: {item['state_text']}" for item in _items(status, "guarantees"))
    lifecycle, risk = _part(status, "lifecycle"), _part(status, "risk")
    return "\n".join(
        [
            f"   household {status['code']}, {lifecycle['state_text']}, {lifecycle['household_type_text']}",
            f"   guarantees  {guarantees}",
            f"   self-paid medical cost of the year  {_self_paid(status)} yuan",
            f"   signals     {_signals(status)}",
            f"   risk        {risk['level_text']}",
            f"   sources     {_sources(status)}",
        ]
    )


def difference(before: Status, after: Status) -> str:
    """What the update changed."""
    pairs = (
        ("self-paid medical cost of the year", _self_paid(before), _self_paid(after)),
        ("signals", _signals(before), _signals(after)),
        ("risk", str(_part(before, "risk")["level_text"]), str(_part(after, "risk")["level_text"])),
        ("sources", _sources(before), _sources(after)),
    )
    return "\n".join(f"   {name}: {old} -> {new}" for name, old, new in pairs if old != new)


def _items(status: Status, name: str) -> list[dict[str, JsonValue]]:
    items = status[name]
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _part(status: Status, name: str) -> dict[str, JsonValue]:
    part = status[name]
    return part if isinstance(part, dict) else {}


def _self_paid(status: Status) -> str:
    figures = {item["code"]: item["value"] for item in _items(status, "figures")}
    return str(figures.get("self_paid_medical_cost", "unknown"))


def _signals(status: Status) -> str:
    return "; ".join(f"{item['text']} ({item['severity_text']})" for item in _items(status, "signals")) or "none"


def _sources(status: Status) -> str:
    sources = _part(status, "sources")
    return ", ".join(
        f"{name} version {part['version']}" for name, part in sorted(sources.items()) if isinstance(part, dict)
    )
