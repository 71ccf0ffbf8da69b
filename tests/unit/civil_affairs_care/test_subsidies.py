"""残疾人两项补贴: who is entitled and has none, who has one and is not entitled, what it pays (Y57, Y70)."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from services.civil_affairs.records.deaths import DEATHS
from services.civil_affairs.records.dibao_cases import DIBAO_CASES
from services.civil_affairs.records.distressed_children import DISTRESSED_CHILDREN
from tests.unit.civil_affairs_care.factories import (
    Held,
    certificate,
    household,
    member,
    policy,
    row,
    said,
    signals,
    subsidy,
)


def dibao(
    stage: str = "in_force",
    person: UUID | None = None,
    *,
    members: tuple[UUID, ...] = (),
    granted_on: str = "2019-01-01",
) -> Held:
    """Of two persons, or of the one."""
    persons = 2 if person is None else 1
    fields = {"stage": stage, "persons": persons, "granted_on": granted_on, "person_id": person, "members": members}
    days = dict.fromkeys(("opened_on", "stage_since", "stage_recorded_on", "last_step_on"), "2019-01-01")
    ended = {"ended_on": "2020-01-01"} if stage == "ended" else {}
    return row(DIBAO_CASES, None, **fields, **days, **ended)


class TestSubsidies:
    @pytest.mark.req("Y70", "Y57")
    def test_entitled_and_not_applied_for(self) -> None:
        one = member()
        found = said(household(one, kind="dibao"), certificate(one))
        assert sorted(one.params["kind"] for one in found.signals) == ["living", "nursing"]
        assert {one.code for one in found.signals} == {"disability_subsidy_not_applied"}

    @pytest.mark.req("Y70")
    def test_paid_is_a_benefit_of_the_year(self) -> None:
        one = member()
        ended = {"ended_on": "2020-10-15", "end_reason": "died"}
        rows = (certificate(one), subsidy(one, "living", starts_on="2020-03-01", monthly_amount="50.50"))
        found = said(household(one, kind="dibao"), *rows, subsidy(one, "nursing", **ended))
        assert signals(found) == []
        assert [(b.programme, b.amount, b.period) for b in found.benefits] == [
            ("disability_living_subsidy", Decimal("505.00"), "2020"),
            ("disability_nursing_subsidy", Decimal("600.00"), "2020"),
        ]
        assert found.figures["disability_subsidies"] == Decimal("1105.00")
        first_of_month = subsidy(one, "nursing", ended_on="2020-10-01", end_reason="died")
        assert said(household(one), certificate(one), first_of_month).benefits[0].amount == Decimal("540.00")
        assert found.valid_until == date(2020, 6, 2), "the contact that is due after the survey"

    @pytest.mark.req("Y70")
    @pytest.mark.parametrize(
        ("kind", "type_and_grade", "household_type", "fields", "reason"),
        [
            ("nursing", "4-2", "general", {}, None),
            ("nursing", "4-3", "general", {}, "not_severe"),
            ("nursing", "4-2", "tekun", {}, "barred"),
            ("nursing", "4-2", "general", {"long_term_care": False}, "no_care_needed"),
            ("nursing", "4-2", "general", {"barring_allowance": "work_injury_nursing"}, "barred"),
            ("nursing", "4-2", "general", {"barring_allowance": "orphan_support"}, None),
            ("nursing", "4-2", "general", {"expires_on": "2020-05-31"}, "no_certificate"),
            ("living", "4-4", "dibao", {}, None),
            ("living", "4-4", "general", {}, "not_in_difficulty"),
            ("living", "4-4", "tekun", {}, "barred"),
            ("living", "4-4", "dibao", {"barring_allowance": "orphan_support"}, "barred"),
        ],
    )
    def test_paid_and_not_due(
        self, kind: str, type_and_grade: str, household_type: str, fields: dict[str, object], reason: str | None
    ) -> None:
        one = member()
        found = said(
            household(one, kind=household_type), certificate(one, type_and_grade, **fields), subsidy(one, kind)
        )
        undue = [one.params["reason"] for one in found.signals if one.code == "disability_subsidy_undue"]
        assert undue == ([] if reason is None else [reason])

    @pytest.mark.req("Y70", "Y57")
    def test_nothing_is_paid_to_the_dead(self) -> None:
        one = member()
        died = row(DEATHS, one, died_on="2020-05-01", registered_on="2020-05-02")
        found = said(household(one), certificate(one), subsidy(one), died)
        assert [one.params["reason"] for one in found.signals if one.code == "disability_subsidy_undue"] == ["died"]

    @pytest.mark.req("Y70")
    def test_a_place_may_widen_the_nursing_subsidy(self) -> None:
        one = member()
        rows = (certificate(one, "6-3"), subsidy(one))
        assert signals(said(household(one), *rows)) == ["disability_subsidy_undue"]
        wider = policy(nursing_subsidy_more_disabilities=["6-3"])
        assert signals(said(household(one), *rows, under=wider)) == []

    @pytest.mark.req("Y70", "Y57")
    @pytest.mark.parametrize(
        ("fields", "undue"),
        [
            ({"starts_on": "2020-06-01"}, True),
            ({"starts_on": "2020-06-02"}, False),
            ({"ended_on": "2020-06-02", "end_reason": "withdrawn"}, True),
            ({"ended_on": "2020-06-01", "end_reason": "withdrawn"}, False),
        ],
    )
    def test_only_what_is_paid_on_the_day_can_be_undue(self, fields: dict[str, object], undue: bool) -> None:
        one = member()
        found = said(household(one), certificate(one, "4-3"), subsidy(one, **fields))
        assert ("disability_subsidy_undue" in signals(found)) is undue

    @pytest.mark.req("Y70")
    def test_dibao_is_as_its_cases_say(self) -> None:
        one, other = member(), member()
        home, rows = household(one, other), (certificate(one, "4-4"), certificate(other, "4-4"))
        assert signals(said(home, *rows)) == []
        assert len(said(home, *rows, dibao()).signals) == 2
        single = said(home, *rows, dibao(person=one.member_id)).signals
        assert [signal.members for signal in single] == [(one.member_id,)]
        part = said(home, *rows, dibao(members=(other.member_id,))).signals
        assert [signal.members for signal in part if signal.code == "disability_subsidy_not_applied"] == [
            (other.member_id,)
        ]
        assert signals(said(home, *rows, dibao(granted_on="2020-06-02"))) == []
        left = household(one, other, kind="dibao")
        assert "disability_subsidy_not_applied" not in signals(said(left, *rows, dibao("ended")))

    @pytest.mark.req("Y70")
    @pytest.mark.parametrize(
        ("fields", "opened"),
        [
            ({"ended_on": "2020-04-15", "end_reason": "withdrawn"}, date(2020, 4, 15)),
            ({"decision": "refused", "starts_on": None, "monthly_amount": None}, date(2020, 3, 1)),
            ({"decision": "pending", "starts_on": None, "monthly_amount": None, "applied_on": "2020-05-30"}, None),
            ({"starts_on": "2020-07-01"}, None),
        ],
    )
    def test_not_applied_for_again_since_the_last_one_ended(
        self, fields: dict[str, object], opened: date | None
    ) -> None:
        one = member()
        earlier = subsidy(one, ended_on="2019-12-31", end_reason="withdrawn")
        found = said(household(one), certificate(one), earlier, subsidy(one, **fields))
        missing = [signal.since for signal in found.signals if signal.code == "disability_subsidy_not_applied"]
        assert missing == ([] if opened is None else [opened])

    @pytest.mark.req("Y70")
    def test_paid_without_an_entry_of_the_register_is_not_due(self) -> None:
        one, other = member(), member()
        (signal,) = said(household(one, other), subsidy(one)).signals
        assert (signal.code, signal.members, signal.params["reason"]) == (
            "disability_subsidy_undue",
            (one.member_id,),
            "no_certificate",
        )
        assert signal.since == date(2019, 2, 1)

    @pytest.mark.req("Y70")
    @pytest.mark.parametrize(
        ("fields", "paid"),
        [
            ({"starts_on": "2020-06-01"}, True),
            ({"starts_on": "2020-06-02"}, False),
            ({"ended_on": "2020-06-02", "end_reason": "withdrawn"}, True),
            ({"ended_on": "2020-06-01", "end_reason": "withdrawn"}, False),
        ],
    )
    def test_it_is_paid_from_its_first_day_to_the_day_before_it_ends(
        self, fields: dict[str, object], paid: bool
    ) -> None:
        one = member()
        found = said(household(one), certificate(one), subsidy(one, **fields))
        assert bool(found.benefits) is paid

    @pytest.mark.req("Y70")
    def test_a_distressed_child_that_is_no_orphan_has_the_living_subsidy(self) -> None:
        child = member(date(2010, 1, 1))
        failing = row(DISTRESSED_CHILDREN, child, child_class="guardianship_failing", identified_on="2020-05-20")
        found = said(household(child, kind="dibao"), certificate(child, "4-1"), failing)
        kinds = [one.params["kind"] for one in found.signals if one.code == "disability_subsidy_not_applied"]
        assert sorted(kinds) == ["living", "nursing"]

    @pytest.mark.req("Y70")
    def test_an_orphan_has_no_living_subsidy(self) -> None:
        child = member(date(2010, 1, 1))
        orphan = row(
            DISTRESSED_CHILDREN, child, child_class="orphan", identified_on="2020-05-20", father="died", mother="died"
        )
        found = said(household(child, kind="dibao"), certificate(child, "4-1"), orphan)
        assert [one.params["kind"] for one in found.signals if one.code == "disability_subsidy_not_applied"] == [
            "nursing"
        ]

    @pytest.mark.req("Y70")
    def test_an_application_is_decided_in_time(self) -> None:
        one = member()
        pending = {"decision": "pending", "decided_on": None, "monthly_amount": None, "starts_on": None}
        rows = (certificate(one, "4-1"), subsidy(one, applied_on="2020-05-02", **pending))
        home = household(one)
        found = said(home, *rows)
        assert signals(found) == []
        assert found.valid_until == date(2020, 6, 2)
        assert signals(said(home, *rows, on=date(2020, 6, 2))) == ["care_contact_overdue", "disability_subsidy_late"]
