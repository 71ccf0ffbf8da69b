"""The rules of the records and of the procedure's steps: what is refused, at which field, and why."""

import tomllib
from decimal import Decimal

import pytest
from pydantic import ValidationError

from services.housing import FOLDER
from services.housing.categories import category_of, known_categories
from services.housing.procedures import RENOVATION
from services.housing.records.appraisals import APPRAISALS
from services.housing.records.dwellings import DWELLINGS
from services.housing.records.house_checks import HOUSE_CHECKS
from services.housing.records.relocations import RELOCATIONS
from services.housing.records.renovations import Renovation
from services.housing.records.satisfaction_surveys import SATISFACTION_SURVEYS
from services.housing.records.subsidy_payments import SUBSIDY_PAYMENTS
from shared.policy import Policy
from shared.procedures import Choice, StepContext
from shared.roster.models import HouseholdState, RosterHousehold
from tests.unit.housing.factories import TODAY, VILLAGE, faults, household, member, policy, renovation

APPRAISAL = {"appraised_on": "2020-05-01", "grade": "C", "appraiser": "鉴定站"}
PAYMENT = {
    "payment_number": "F1", "project_number": "P1", "fund": "county", "allotted_on": "2020-05-01", "amount": "100",
}  # fmt: skip
FARMER = household(state=HouseholdState.CANDIDATE)


class TestRecords:
    @pytest.mark.req("D24")
    def test_an_appraisal(self) -> None:
        assert faults(APPRAISALS, **APPRAISAL) == []
        assert faults(APPRAISALS, **{**APPRAISAL, "appraised_on": "2020-06-02"}) == [("/appraised_on", "day_in_future")]
        assert faults(APPRAISALS, **APPRAISAL, valid_to="2020-04-30") == [("/valid_to", "days_out_of_order")]
        with pytest.raises(ValidationError):
            APPRAISALS.schema.model_validate({**APPRAISAL, "grade": "E"})
        with pytest.raises(ValidationError):
            APPRAISALS.schema.model_validate({**APPRAISAL, "appraiser": " "})

    def test_a_dwelling(self) -> None:
        assert faults(DWELLINGS, surveyed_on="2020-05-01", built_year=1985, floor_area=80) == []
        assert faults(DWELLINGS, surveyed_on="2020-05-01", left_on="2020-07-01") == [("/left_on", "day_in_future")]

    @pytest.mark.req("Y23")
    @pytest.mark.parametrize(
        ("more", "found"),
        [
            ({}, []),
            ({"paid_on": "2020-05-02", "received": "100"}, []),
            ({"paid_on": "2020-05-02", "received": "90"}, []),
            ({"paid_on": "2020-05-02"}, [("/received", "housing_field_needed")]),
            ({"received": "100"}, [("/paid_on", "housing_field_needed")]),
            ({"paid_on": "2020-05-02", "received": "100.01"}, [("/received", "received_above_amount")]),
            ({"paid_on": "2020-04-30", "received": "100"}, [("/paid_on", "days_out_of_order")]),
        ],
    )
    def test_a_payment(self, more: dict[str, object], found: list[tuple[str, str]]) -> None:
        assert faults(SUBSIDY_PAYMENTS, **PAYMENT, **more) == found

    @pytest.mark.req("D25")
    @pytest.mark.parametrize(
        ("more", "found"),
        [
            ({}, []),
            ({"problems": ["other"], "rectify_by": "2020-07-01"}, []),
            ({"rectified_on": "2020-05-02"}, [("/rectified_on", "nothing_to_rectify")]),
            ({"problems": ["other", "other"]}, [("/problems", "problem_twice")]),
            ({"problems": ["other"], "rectified_on": "2020-04-30"}, [("/rectified_on", "days_out_of_order")]),
        ],
    )
    def test_a_check(self, more: dict[str, object], found: list[tuple[str, str]]) -> None:
        assert faults(HOUSE_CHECKS, checked_on="2020-05-01", **more) == found

    def test_a_relocation_goes_forward(self) -> None:
        moved = {"agreement_number": "B1", "agreed_on": "2019-05-01", "mode": "single", "resettlement": "central"}
        assert faults(RELOCATIONS, **moved, delivered_on="2019-04-30") == [("/delivered_on", "days_out_of_order")]
        assert faults(RELOCATIONS, **moved, delivered_on="2019-06-01", moved_in_on="2019-06-01") == []
        assert faults(RELOCATIONS, **moved, moved_in_on="2019-04-30") == [("/moved_in_on", "days_out_of_order")]

    @pytest.mark.req("Y25")
    def test_a_survey_asks_for_both(self) -> None:
        survey = {"project_number": "P1", "surveyed_on": "2020-05-01", "satisfaction": "fair"}
        assert faults(SATISFACTION_SURVEYS, **survey, basic_sanitation=True) == []
        with pytest.raises(ValidationError):
            SATISFACTION_SURVEYS.schema.model_validate(survey)


class TestCategories:
    @pytest.mark.req("Y20", "Y21")
    def test_what_the_register_shows(self) -> None:
        disabled = member(disability_type="4", disability_grade="1")
        assert known_categories(household(disabled)) == {"registered", "poor_disabled"}
        assert known_categories(household(disabled, state=HouseholdState.CANDIDATE)) == set()
        assert known_categories(household(state=HouseholdState.EXITED)) == {"registered"}
        candidate = HouseholdState.CANDIDATE
        assert known_categories(household(state=candidate, household_type="tekun")) == {"tekun_scattered"}
        assert "poor_disabled" in known_categories(household(disabled, member())), "one member is enough"
        on_dibao = household(state=candidate, categories=({"kind": "dibao"},))
        assert known_categories(on_dibao) == {"dibao"}
        assert known_categories(household(state=candidate, monitoring_category="edge")) == {"monitored"}

    @pytest.mark.req("Y21")
    def test_the_register_goes_before_what_is_given(self) -> None:
        assert category_of(household(household_type="dibao"), "poor_disabled") == "registered"
        assert (
            category_of(household(state=HouseholdState.CANDIDATE, household_type="dibao"), "poor_disabled") == "dibao"
        )
        assert category_of(FARMER, "poor_disabled") == "poor_disabled"


def step(
    name: str,
    *,
    case: Renovation | None = None,
    home: RosterHousehold | None = None,
    under: Policy | None = None,
    **evidence: object,
):
    """Faults of a step's evidence, the stage it leads to, what it sets."""
    declared = RENOVATION.openings.get(name) or RENOVATION.later[name]
    given = declared.evidence.model_validate(evidence)
    view = (under or policy()).at(area=VILLAGE, year=TODAY.year)
    context = StepContext(household=home, member=None, policy=view, today=TODAY, case=case, taken_on=TODAY)
    found = [(fault.pointer, fault.code) for rule in declared.rules for fault in rule(given, context)]
    to = declared.to.by(given, context) if isinstance(declared.to, Choice) else declared.to
    return found, to, {} if declared.sets is None else dict(declared.sets(given, context))


def case(**more: object) -> Renovation:
    content = renovation(**more)[1].content
    assert isinstance(content, Renovation)
    return content


class TestSteps:
    @pytest.mark.req("Y20", "Y22")
    @pytest.mark.parametrize(
        ("home", "given", "found"),
        [
            (household(), {"category": "registered"}, []),
            (None, {"category": "dibao"}, []),
            (FARMER, {"category": "dibao", "category_evidence": "低保证1"}, []),
            (FARMER, {"category": "dibao"}, [("/category_evidence", "category_evidence_needed")]),
            (
                FARMER,
                {"category": "registered"},
                [("/category", "category_not_on_register"), ("/category", "category_not_entitled")],
            ),
            (FARMER, {"category": "dibao_edge", "category_evidence": "1"}, [("/category", "category_not_entitled")]),
            (
                household(),
                {"category": "registered", "only_dwelling": False},
                [("/only_dwelling", "not_the_only_dwelling")],
            ),
        ],
    )
    def test_who_applies(self, home, given: dict[str, object], found: list[tuple[str, str]]) -> None:
        faults_found, _, sets = step("apply", home=home, **{"only_dwelling": True, **given})
        assert faults_found == found
        assert sets == {"applied_on": TODAY, "year": 2020}

    @pytest.mark.req("Y22", "Y24")
    @pytest.mark.parametrize(
        ("given", "home", "stage", "why"),
        [
            ({"grade": "C"}, household(), "identified", None),
            ({"grade": "D"}, None, "identified", None),
            ({"grade": "B"}, household(), "refused", "grade_safe"),
            ({"grade": "D", "only_dwelling": False}, household(), "refused", "not_only_dwelling"),
            ({"grade": "D"}, FARMER, "refused", "category_not_entitled"),
        ],
    )
    def test_identification_by_class(self, given: dict[str, object], home, stage: str, why: str | None) -> None:
        evidence = {"appraiser": "鉴定站", "only_dwelling": True, **given}
        _, to, sets = step("identify", case=case(), home=home, **evidence)
        assert (to, sets) == (stage, {"identified_on": TODAY, "refused_for": why})

    @pytest.mark.req("Y24")
    def test_the_grant_is_the_standard_or_below(self) -> None:
        identified = case(stage="posted", grade="D")
        given = {"project_number": "P1", "mode": "rebuild"}
        assert step("approve", case=identified, **given)[2]["granted"] == Decimal(28000)
        found, to, sets = step("approve", case=identified, **given, granted="20000")
        assert (found, to, sets["granted"]) == ([], "approved", Decimal("20000.00"))
        assert step("approve", case=identified, **given, granted="28000")[0] == []
        assert step("approve", case=identified, **given, granted="28000.01")[0] == [
            ("/granted", "grant_above_standard")
        ]

    @pytest.mark.req("Y24")
    def test_where_the_place_has_no_standard_the_grant_is_given(self) -> None:
        identified, only_c = case(stage="posted", grade="D"), policy(renovation_subsidy={"C": 14000})
        given = {"project_number": "P1", "mode": "rebuild"}
        assert step("approve", case=identified, under=only_c, **given)[0] == [("/granted", "grant_needed")]
        found, _, sets = step("approve", case=identified, under=only_c, **given, granted="90000")
        assert (found, sets["granted"]) == ([], Decimal(90000))

    def test_works_that_do_not_pass_go_on(self) -> None:
        assert step("inspect", passed=False, case=case())[1] == "started"
        refused = step("accept", passed=False, basic_sanitation=False, case=case())
        assert refused == ([], "started", {})
        taken = step("accept", passed=True, basic_sanitation=True, case=case())
        assert taken == ([], "accepted", {"accepted_on": TODAY})

    @pytest.mark.req("Y20")
    def test_a_file_is_taken_over_as_far_as_it_has_come(self) -> None:
        file = {
            "year": 2019, "applied_on": "2019-03-01", "category": "registered", "grade": "D",
            "identified_on": "2019-03-10",
        }  # fmt: skip
        assert step("take_over", home=household(), **file)[:2] == ([], "identified")
        approved = {**file, "approved_on": "2019-04-01", "granted": "28000", "project_number": "P1"}
        assert step("take_over", home=household(), **approved)[1] == "approved"
        done = {**approved, "started_on": "2019-05-01", "accepted_on": "2019-09-01"}
        assert step("take_over", home=household(), **done)[:2] == ([], "accepted")
        paid = {**done, "paid_on": "2019-09-20", "paid": "28000"}
        assert step("take_over", home=household(), **paid)[:2] == ([], "subsidy_paid")
        found, _, _ = step("take_over", home=household(), **{**file, "started_on": "2019-03-01"})
        assert found == [("/approved_on", "housing_field_needed")]
        assert step("take_over", home=household(), **{**file, "identified_on": "2020-06-01"})[0] == [], "on the day"
        late, _, _ = step("take_over", home=household(), **{**file, "identified_on": "2020-06-02"})
        assert ("/identified_on", "day_after_step") in late


class TestDeclaration:
    @pytest.mark.req("Y22")
    def test_the_stages_are_those_of_the_procedure(self) -> None:
        assert [one.name for one in RENOVATION.stages][:8] == [
            "applied", "identified", "reviewed", "posted", "approved", "started", "inspected", "accepted",
        ]  # fmt: skip
        assert RENOVATION.stage["posted"].posting is not None
        assert all(one.due is not None for one in RENOVATION.stages if not one.final)

    def test_each_refusal_has_its_texts(self) -> None:
        texts = tomllib.loads((FOLDER / "messages.toml").read_text(encoding="utf-8"))
        for code, entry in texts.items():
            for part in ("detail", "remedy"):
                assert entry[part]["zh"], code
                assert entry[part]["en"], code
