"""The six guarantees merged from all departments, and the five flags of a household (M04, Y03, Y04, Y05)."""

from collections.abc import Sequence

from services.registry.status.models import (
    REGISTRY,
    FiveFlags,
    GuaranteePart,
    GuaranteeSource,
    Held,
    StatusReason,
)
from services.registry.status.said import Said
from shared.facts.models import Guarantee, GuaranteeItem, GuaranteeState

_STRENGTH = {
    GuaranteeState.UNMET: 3,
    GuaranteeState.MET: 2,
    GuaranteeState.UNKNOWN: 1,
    GuaranteeState.NOT_APPLICABLE: 0,
}
"""The worst word wins; one who knows beats one who does not; "does not apply" only stands when nobody says more."""

_NOT_SAID = {
    item: GuaranteePart(
        item=item,
        state=GuaranteeState.UNKNOWN,
        reasons=(StatusReason(code="not_said", department=REGISTRY),),
        evidence=(),
        sources=(),
    )
    for item in GuaranteeItem
}

HELD = frozenset({GuaranteeState.MET, GuaranteeState.NOT_APPLICABLE})


def guarantee_parts(said: Sequence[Said]) -> tuple[GuaranteePart, ...]:
    """One part for each of the six items. An item on which no department has spoken is `unknown`, never `met`."""
    return tuple(_part(item, said) for item in GuaranteeItem)


def five_flags(parts: Sequence[GuaranteePart]) -> FiveFlags:
    """Food, clothing, compulsory education, basic medical care, housing (M04); safe water is the sixth guarantee."""
    states = {part.item: part.state for part in parts}
    return FiveFlags(
        food=states[GuaranteeItem.FOOD],
        clothing=states[GuaranteeItem.CLOTHING],
        compulsory_education=states[GuaranteeItem.COMPULSORY_EDUCATION],
        basic_medical=states[GuaranteeItem.BASIC_MEDICAL],
        safe_housing=states[GuaranteeItem.SAFE_HOUSING],
        all_held=held([state for item, state in states.items() if item is not GuaranteeItem.SAFE_WATER]),
    )


def held(states: Sequence[GuaranteeState]) -> Held:
    if GuaranteeState.UNMET in states:
        return Held.NO
    return Held.YES if all(state in HELD for state in states) else Held.UNKNOWN


def _part(item: GuaranteeItem, said: Sequence[Said]) -> GuaranteePart:
    speakers = [one for one in said if item in one.words]
    if not speakers:
        return _NOT_SAID[item]
    if len(speakers) > 1:
        return _merge(item, speakers)
    kept = speakers[0].alone.get(item)
    if kept is None:
        kept = speakers[0].alone[item] = _merge(item, speakers)
    return kept


def _merge(item: GuaranteeItem, said: Sequence[Said]) -> GuaranteePart:
    words = [(one, word) for one in said for word in one.words[item]]
    state = max((_state(one, word) for one, word in words), key=_STRENGTH.__getitem__)
    decisive = [(one, word) for one, word in words if _state(one, word) is state]
    reasons = {_key(reason): reason for one, word in decisive for reason in _reasons(one, word)}
    return GuaranteePart(
        item=item,
        state=state,
        reasons=tuple(reasons[key] for key in sorted(reasons)),
        evidence=tuple(sorted({record for _, word in decisive for record in word.evidence})),
        sources=tuple(
            GuaranteeSource(
                department=one.department,
                version=one.source.version,
                as_of=one.source.as_of,
                state=_state(one, word),
            )
            for one, word in sorted(words, key=lambda pair: (pair[0].department, -_STRENGTH[_state(*pair)]))
        ),
    )


def _state(one: Said, word: Guarantee) -> GuaranteeState:
    return GuaranteeState.UNKNOWN if one.stale else word.state


def _reasons(one: Said, word: Guarantee) -> list[StatusReason]:
    if one.stale:
        return [StatusReason(code="facts_expired", department=one.department, params={"state": word.state.value})]
    return [
        StatusReason(
            code=reason.code,
            department=one.department,
            member_id=reason.member_id,
            params=dict(sorted(reason.params.items())),
        )
        for reason in word.reasons
    ]


def _key(reason: StatusReason) -> tuple[str, str, str, tuple[tuple[str, str], ...]]:
    return (reason.department, reason.code, str(reason.member_id or ""), tuple(sorted(reason.params.items())))
