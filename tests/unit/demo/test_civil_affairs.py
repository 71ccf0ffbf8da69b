"""Social assistance of the demo: the plans' figures in force, rows that the rules accept, planted contradictions."""

from datetime import date
from decimal import Decimal

import pytest

from ops.demo import District, generate, load_profile
from ops.demo.step import Document, Step
from services.civil_affairs import FOLDER
from services.civil_affairs.procedures import PROCEDURES
from services.civil_affairs.records.assistance import ASSISTANCE_RECORD_TYPES
from shared.policy import load_defaults
from shared.policy.policy import Policy
from shared.procedures import StepContext
from shared.procedures.forms import Forms
from shared.records import RuleContext

TODAY = date(2025, 11, 21)
_PREFIX = "/api/v1/civil_affairs/"


@pytest.fixture(scope="module")
def hanyang() -> District:
    return generate(load_profile("hanyang"), today=TODAY)


def sent(district: District, records: str) -> list[Step]:
    return [step for step in district.steps if step.path == f"{_PREFIX}{records}:batch"]


def openings(district: District, cases: str, step: str) -> list[Document]:
    return [row for one in sent(district, cases) for row in one.rows if row.get("step", "apply") == step]


class TestFigures:
    @pytest.mark.req("H07")
    def test_536_households_and_892_persons_in_dibao(self, hanyang: District) -> None:
        known = {one.code for one in hanyang.households}
        awards = [row for row in openings(hanyang, "dibao-cases", "take_over") if row["household_code"] in known]
        assert len(awards) == 536
        assert sum(int(str(row["persons"])) for row in awards) == 892

    @pytest.mark.req("H08")
    def test_46_persons_in_tekun(self, hanyang: District) -> None:
        assert len(openings(hanyang, "tekun-cases", "take_over")) == 46


class TestRows:
    def test_records_are_as_their_rules_ask(self, hanyang: District) -> None:
        policy = Policy(load_defaults(FOLDER / "policy"))
        for record_type in ASSISTANCE_RECORD_TYPES:
            (step,) = sent(hanyang, record_type.name)
            assert step.rows, record_type.name
            for row in step.rows:
                record = record_type.create_adapter.validate_python(row)
                content = record_type.business_part(record)
                view = policy.at(area=hanyang.profile.township.code, year=record_type.business_day(record).year)
                context = RuleContext(household=None, member=None, policy=view, today=TODAY)
                assert [fault for rule in record_type.rules for fault in rule(content, context)] == []

    def test_openings_are_as_their_rules_ask(self, hanyang: District) -> None:
        policy = Policy(load_defaults(FOLDER / "policy"))
        for procedure in PROCEDURES:
            forms = Forms(procedure)
            for row in (row for one in sent(hanyang, procedure.name) for row in one.rows):
                step, record = forms.opening(row)
                view = policy.at(area=hanyang.profile.township.code, year=record.taken_on.year)
                context = StepContext(
                    household=None, member=None, policy=view, today=TODAY, case=None, taken_on=record.taken_on
                )
                faults = [fault.code for rule in step.rules for fault in rule(record, context)]
                assert set(faults) <= {"village_required"}, row  # here nobody plays the registry

    def test_cases_stand_in_many_states(self, hanyang: District) -> None:
        steps = {row["step"] for one in hanyang.steps if one.acts_on_cases and _PREFIX in one.path for row in one.rows}
        assert {"visit_home", "compare_data", "assess", "withdraw"} <= steps
        assert {row["step"] for row in openings(hanyang, "relief-cases", "help_first")} == {"help_first"}
        assert openings(hanyang, "relief-cases", "apply")


class TestPlanted:
    @pytest.mark.req("SYS03")
    def test_each_contradiction_has_its_cases(self, hanyang: District) -> None:
        known = {one.code for one in hanyang.households}
        awards = openings(hanyang, "dibao-cases", "take_over")
        assert sum(row["household_code"] not in known for row in awards) == 3
        assert sum(one.strangers for one in hanyang.steps) == 3
        late = [row for row in awards if str(row["reviewed_on"]) < "2024-11-21"]
        assert 5 < len(late) < 40
        above = [row for row in awards if Decimal(str(row["per_capita_income"])) > 7455]
        assert 5 < len(above) < 60
