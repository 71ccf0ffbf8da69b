"""The rates of social assistance: dibao, tekun, temporary relief."""

from services.civil_affairs.indicators.assistance_populations import DAY, running_dibao, running_tekun
from services.civil_affairs.indicators.dibao import (
    BACKSTOP,
    DIBAO_COVERAGE,
    DIBAO_IN_TIME,
    HIGHEST_DIFFERENTIAL,
    KEY_PERSONS_RAISED,
    REGISTERED_IN_DIBAO,
    REVIEW_IN_TIME,
    decided_in_time,
)
from shared.codes import Label
from shared.indicators import Indicator, Share, Unit

GUARANTEED_INCOME = Share(
    code="guaranteed_income",
    label=Label("保障性收入达标率", "Guaranteed income above the poverty standard, dibao and tekun"),
    unit=Unit.HOUSEHOLD,
    population=f"""
        SELECT c.id::text AS subject_id, c.member_id, c.household_id, c.division,
               c.guaranteed > {{line}}::numeric AS covered,
               jsonb_build_object('guaranteed', round(c.guaranteed, 2)::text) AS detail
        FROM (
            SELECT c.id, c.member_id, c.household_id, c.division,
                   coalesce(c.per_capita_income, 0) + c.monthly_amount * 12 / c.persons AS guaranteed
            FROM dibao_case c WHERE c.person_id IS NULL AND {running_dibao(DAY)}
            UNION ALL
            SELECT c.id, c.member_id, c.household_id, c.division, c.basic_amount * 12
            FROM tekun_case c WHERE {running_tekun(DAY)}
        ) c
    """,
    target="civil_affairs.guaranteed_income_target",
    parameters={"line": "income.poverty_line"},
    source="H27: dibao: checked income and dibao, per person and year; tekun: basic living",
)

RELIEF_IN_TIME = Share(
    code="relief_in_time",
    label=Label("临时救助按时办结率", "Temporary relief given and completed in time"),
    unit=Unit.HOUSEHOLD,
    population=decided_in_time("relief-cases", "relief_case", "'applied', 'posted', 'approved', 'helped'"),
    target="civil_affairs.relief_in_time_target",
    source="Y65 按照规定程序及时给予",
)

ASSISTANCE_INDICATORS: tuple[Indicator, ...] = (
    DIBAO_COVERAGE,
    REGISTERED_IN_DIBAO,
    BACKSTOP,
    DIBAO_IN_TIME,
    REVIEW_IN_TIME,
    HIGHEST_DIFFERENTIAL,
    KEY_PERSONS_RAISED,
    GUARANTEED_INCOME,
    RELIEF_IN_TIME,
)
