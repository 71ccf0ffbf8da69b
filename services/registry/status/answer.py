"""How a stored status goes out: the ages of its sources added, whole or in the short form, with its headers."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import orjson
from starlette.requests import Request
from starlette.responses import Response

from services.registry.status.models import REGISTRY
from services.registry.status.reader import StoredStatus
from services.registry.status.row import source_versions
from services.registry.status.said import day_of

_JSON = "application/json"
_TOP_SIGNALS = 5


def status_response(request: Request, status: StoredStatus, *, today: date, mobile: bool) -> Response:
    """200 with the status, or 304 when the caller holds this very answer already."""
    # Ages change at midnight while the stored status does not, so the day is part of the tag.
    etag = f'"{status.etag}-{today:%Y%m%d}{"-m" if mobile else ""}"'
    versions = source_versions(status.sources)
    headers = {
        "ETag": etag,
        "Cache-Control": "private, no-cache",
        "Yihu-Version": ", ".join(f"{department}={version}" for department, version in versions.items()),
        "Yihu-Division": status.division,
        "Yihu-Household": str(status.household_id),
        "Yihu-Status-Version": str(status.version),
    }
    if _holds(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    body = mobile_body(status, today=today) if mobile else full_body(status, today=today)
    return Response(body, headers=headers, media_type=_JSON)


def full_body(status: StoredStatus, *, today: date) -> bytes:
    """The stored bytes with `sources` put in before the closing brace."""
    return status.body.encode()[:-1] + b',"sources":' + orjson.dumps(source_ages(status.sources, today=today)) + b"}"


def mobile_body(status: StoredStatus, *, today: date) -> bytes:
    """The short form: see MobileStatus."""
    body = orjson.loads(status.body)
    lifecycle = body["lifecycle"]
    ages = source_ages(status.sources, today=today)
    return orjson.dumps(
        {
            "household_id": body["household_id"],
            "code": body["code"],
            "division": body["place"]["division"],
            "state": lifecycle["state"],
            "since": lifecycle["since"],
            "household_type": lifecycle["household_type"],
            "member_count": body["members"]["count"],
            "income": body["income"]["state"],
            "guarantees": {part["item"]: part["state"] for part in body["guarantees"]},
            "all_held": body["five"]["all_held"],
            "risk": body["risk"]["level"],
            "signals": _top_signals(body["signals"]),
            "signal_count": len(body["signals"]),
            "benefits": [
                {
                    "batch": part["batch"],
                    "programmes": sorted({one["programme"] for one in part["benefits"]}),
                    "stale": any(one["stale"] for one in part["benefits"]),
                }
                for part in body["benefits"]
                if part["benefits"]
            ],
            "proposals": [one["code"] for one in body["proposals"]],
            "sources": {
                department: {name: age[name] for name in ("version", "age_days", "stale")}
                for department, age in ages.items()
            },
        }
    )


def _top_signals(signals: Sequence[Mapping[str, object]]) -> list[dict[str, object]]:
    """The gravest first; one that concerns several members is listed once, since the first of them."""
    found: dict[tuple[object, object], dict[str, object]] = {}
    for one in signals:
        name = {"code": one["code"], "severity": one["severity"]}
        found.setdefault((one["code"], one["severity"]), {**name, "since": one["since"]})
    return list(found.values())[:_TOP_SIGNALS]


def source_ages(sources: str, *, today: date) -> dict[str, dict[str, object]]:
    """Version and moment of each department that has said something, with its age in days in China, and whether it has
    expired."""
    held: dict[str, dict[str, object]] = orjson.loads(sources)
    return {
        department: _age(entry, today)
        for department, entry in held.items()
        if department == REGISTRY or entry["as_of"] is not None
    }


def _age(entry: dict[str, object], today: date) -> dict[str, object]:
    as_of, valid_until = entry["as_of"], entry["valid_until"]
    spoken = day_of(datetime.fromisoformat(as_of)) if isinstance(as_of, str) else None
    return {
        "version": entry["version"],
        "as_of": as_of,
        "age_days": max((today - spoken).days, 0) if spoken is not None else None,
        "valid_until": valid_until,
        "stale": isinstance(valid_until, str) and date.fromisoformat(valid_until) <= today,
    }


def _holds(if_none_match: str | None, etag: str) -> bool:
    if if_none_match is None:
        return False
    held = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return "*" in held or etag in held
