"""Every code that the registry itself gives has a label in both languages, and every parameter it reads a value."""

import re
from pathlib import Path

import pytest

import services.registry.status as package
from services.registry.status.models import LineState, ProposalCode, RiskLevel
from services.registry.status.parameters import StatusRules
from services.registry.status.reevaluate import fingerprint
from shared.codes import code_list
from tests.unit.status import build

FOLDER = Path(package.__file__).parent


@pytest.mark.parametrize(
    ("name", "codes"),
    [("status_risk_level", RiskLevel), ("status_proposal", ProposalCode), ("status_line_state", LineState)],
)
def test_closed_lists_are_those_of_the_models(name: str, codes: type[RiskLevel | ProposalCode | LineState]) -> None:
    assert set(code_list(name).codes) == {code.value for code in codes}


@pytest.mark.parametrize(
    ("module", "pattern", "name"),
    [
        ("signals.py", r'_signal\(\s*"([a-z_]+)"', "status_signal"),
        ("signals.py", r'code = "([a-z_]+)"', "status_signal"),
        ("proposals.py", r'_(?:income|of_item)\("([a-z_]+)"', "status_reason"),
        ("proposals.py", r'StatusReason\(\s*code="([a-z_]+)"', "status_reason"),
        ("guarantees.py", r'StatusReason\(\s*code="([a-z_]+)"', "status_reason"),
        ("risk.py", r'StatusReason\(\s*code="([a-z_]+)"', "status_reason"),
        ("income.py", r'reason="([a-z_]+)"', "status_reason"),
        ("benefits.py", r'reason="([a-z_]+)"', "status_reason"),
    ],
)
def test_codes_in_the_rules_are_listed(module: str, pattern: str, name: str) -> None:
    used = set(re.findall(pattern, (FOLDER / module).read_text(encoding="utf-8")))
    assert used
    assert used <= set(code_list(name).codes)


def test_every_level_has_a_condition() -> None:
    risk = StatusRules(build.policy()).risk(build.MINGSHAN_VILLAGE, 2020)
    for rule in (risk.high, risk.medium, risk.low):
        assert rule.serious_signals or rule.unmet_guarantees or rule.warning_signals
    assert "dibao" in risk.dibao_types


def test_fingerprint_tells_policies_apart() -> None:
    other = build.policy(build.override("income.poverty_line", "3400", concept="net"))
    assert fingerprint(build.policy()) == fingerprint(build.policy())
    assert fingerprint(build.policy()) != fingerprint(other)
