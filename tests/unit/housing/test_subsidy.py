"""补助资金: paid late, above the grant, before acceptance, kept back, for no renovation (Y23); benefits and figures."""

from datetime import date
from decimal import Decimal

import pytest

from shared.facts.models import Batch
from tests.unit.housing.factories import accepted, payment, policy, renovation, say, signal, signals_of

DUE = date(2019, 12, 31)
"""Thirty days from the acceptance on 1 December 2019."""


class TestInTime:
    @pytest.mark.req("Y23")
    def test_the_whole_grant_in_time_is_no_matter(self) -> None:
        assert signals_of(say(accepted(), payment(paid_on="2019-12-31"), on=date(2020, 1, 5))) == set()

    @pytest.mark.req("Y23")
    def test_unpaid_it_is_late_the_day_after_the_last(self) -> None:
        assert signals_of(say(accepted(), on=DUE)) == set()
        assert say(accepted(), on=DUE).valid_until == date(2020, 1, 1)
        late = signal(say(accepted(), on=date(2020, 1, 1)), "subsidy_late")
        assert (late.severity, late.since, late.params["due"]) == ("serious", date(2020, 1, 1), "2019-12-31")

    @pytest.mark.req("Y23")
    def test_paid_late_stays_to_be_seen_for_a_year(self) -> None:
        rows = (accepted(), payment(paid_on="2020-02-01", allotted_on="2020-01-20"))
        assert signal(say(*rows), "subsidy_late").params["paid_on"] == "2020-02-01"
        assert signals_of(say(*rows, on=date(2021, 2, 1))) == set()
        first_late = say(accepted(), payment(paid_on="2020-01-01"))
        assert signal(first_late, "subsidy_late").since == date(2020, 1, 1), "paid on the first day that is late"

    def test_a_part_is_not_the_whole(self) -> None:
        rows = (accepted(), payment("20000"), payment("7999.99", payment_number="F2"))
        assert signals_of(say(*rows)) == {"subsidy_late"}
        assert signals_of(say(*rows, payment("0.01", payment_number="F3"))) == set()

    def test_a_grant_of_nothing_is_never_late(self) -> None:
        assert signals_of(say(accepted(granted="0"))) == set()

    def test_the_term_is_that_of_place_and_year(self) -> None:
        assert signals_of(say(accepted(), under=policy(subsidy_pay_days=365))) == set()
        later = policy(subsidy_pay_days=365, year=2020)
        assert signals_of(say(accepted(), under=later)) == {"subsidy_late"}, "accepted under the term of 2019"


class TestIrregular:
    @pytest.mark.req("Y23")
    def test_more_than_was_granted(self) -> None:
        rows = (accepted(), payment("20000"), payment("8000.01", payment_number="F2", paid_on="2019-12-22"))
        found = signal(say(*rows, on=date(2025, 1, 1)), "subsidy_above_grant")
        assert found.params == {"project_number": "P1", "granted": "28000.00", "received": "28000.01"}
        assert found.since == date(2019, 12, 22)
        assert len(found.evidence) == 3

    @pytest.mark.req("Y23")
    def test_before_acceptance(self) -> None:
        early = payment("5000", paid_on="2019-10-01", allotted_on="2019-09-10")
        not_accepted = renovation("started", granted="28000", approved_on="2019-08-01", project_number="P1", grade="D")
        assert signal(say(not_accepted, early), "subsidy_before_acceptance").params["received"] == "5000.00"
        done = (accepted(), early, payment("23000", payment_number="F2"))
        assert "subsidy_before_acceptance" in signals_of(say(*done, on=date(2020, 9, 30)))
        assert "subsidy_before_acceptance" not in signals_of(say(*done, on=date(2020, 10, 1)))
        on_the_day = payment(paid_on="2019-12-01", allotted_on="2019-11-10")
        assert signals_of(say(accepted(), on_the_day)) == set(), "on the day of acceptance it is due"
        share = policy(subsidy_advance_share="0.25")
        assert "subsidy_before_acceptance" not in signals_of(say(not_accepted, payment("7000"), under=share))
        beyond = signal(say(not_accepted, payment("7000.01"), under=share), "subsidy_before_acceptance")
        assert beyond.params["allowed"] == "7000.00"
        advance = policy(subsidy_advance_share="0.3")
        assert "subsidy_before_acceptance" not in signals_of(say(not_accepted, early, under=advance))

    @pytest.mark.req("Y23")
    def test_kept_back(self) -> None:
        lying = payment(paid_on=None, allotted_on="2019-12-10")
        assert "subsidy_kept_back" not in signals_of(say(accepted(), lying, on=date(2020, 1, 9)))
        assert "subsidy_kept_back" in signals_of(say(accepted(), lying, on=date(2020, 1, 10)))
        cut = signal(say(accepted(), payment(received="27000")), "subsidy_kept_back")
        assert cut.params["received"] == "27000.00"

    @pytest.mark.req("Y23")
    def test_kept_back_as_the_last_step_tells(self) -> None:
        closed = {"paid_on": "2019-12-30", "closed_on": "2019-12-30"}
        short = signal(say(accepted(**closed, paid="27999.99"), on=date(2019, 12, 31)), "subsidy_kept_back")
        assert short.since == date(2019, 12, 30)
        assert short.params == {"project_number": "P1", "granted": "28000.00", "received": "27999.99"}
        assert signals_of(say(accepted(**closed, paid="28000"))) == set()
        told = say(accepted(**closed, paid="27000"), payment(amount="28000", received="27000"))
        signal(told, "subsidy_kept_back")  # the payment tells of it, once

    @pytest.mark.req("Y23")
    def test_what_reached_nobody_is_no_benefit(self) -> None:
        said = say(accepted(), payment(received="0"))
        assert (said.benefits, signals_of(said)) == ((), {"subsidy_late", "subsidy_kept_back"})

    @pytest.mark.req("Y23")
    def test_for_no_renovation(self) -> None:
        assert signals_of(say(payment())) == {"subsidy_without_renovation"}
        assert "subsidy_without_renovation" in signals_of(say(accepted(), payment(project_number="P2")))
        refused = renovation("refused", project_number="P1", closed_on="2019-07-01")
        assert signals_of(say(refused, payment())) == {"subsidy_without_renovation"}


class TestBenefits:
    @pytest.mark.req("M08", "Y20")
    def test_what_arrived_is_a_benefit_of_the_batch_of_housing(self) -> None:
        rows = (accepted(), payment("20000"), payment("8000", payment_number="F2", paid_on="2020-01-10"))
        (benefit,) = say(*rows).benefits
        assert (benefit.programme, benefit.batch, benefit.amount) == (
            "renovation_subsidy",
            Batch.HOUSING,
            Decimal(28000),
        )
        assert benefit.period == "2019-12-20/2020-01-10"
        assert say(accepted()).benefits == ()

    def test_figures_are_of_the_year(self) -> None:
        rows = (accepted(), payment("20000"), payment("8000", payment_number="F2", paid_on="2020-01-10"))
        assert say(*rows).figures == {"housing_subsidy_received": Decimal(8000)}
        assert say(*rows, on=date(2019, 12, 25)).figures["housing_subsidy_granted"] == Decimal(28000)
        assert say(*rows).valid_until == date(2021, 1, 1)

    def test_without_payments_the_last_step_tells(self) -> None:
        paid = accepted(paid_on="2019-12-30", paid="28000", stage_since="2019-12-30")
        assert say(paid).benefits[0].amount == Decimal(28000)
        assert signals_of(say(paid)) == set()
