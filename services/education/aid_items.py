"""Items of aid as the code list `education_benefit` has them: for which students each one is (H20, Y36–Y39)."""

from dataclasses import dataclass

from services.education.records.enrolments import SchoolEnrolment
from services.education.terms import AUTUMN, school_year
from shared.codes import Code, code_list

LOAN = "student_loan"


@dataclass(frozen=True, slots=True)
class AidItem:
    """One item. `boarding` is None where it does not matter. Items of one `group` exclude each other: a student has one
    of them a period. `yearly` items are paid once a school year, others half each term. `standard`: the amounts are
    policy, `education.<code>`, yuan a school year by stage."""

    code: str
    stages: frozenset[str]
    group: str
    boarding: bool | None
    inclusive: bool
    registered: bool
    yearly: bool
    standard: bool

    @classmethod
    def of(cls, code: Code) -> "AidItem":
        says = code.attributes
        return cls(
            code=code.code,
            stages=frozenset(says["stages"].split()),
            group=says["group"],
            boarding=says["boarding"] == "yes" if "boarding" in says else None,
            inclusive="inclusive" in says,
            registered="registered" in says,
            yearly=says.get("paid") == "year",
            standard="standard" in says,
        )

    def period(self, year: int, term: str) -> tuple[int, str]:
        """What an award of a term is for: the term, or of a yearly item the school year."""
        return (school_year(year, term), "year") if self.yearly else (year, term)

    def is_for(self, enrolment: SchoolEnrolment, *, registered: bool) -> bool:
        """Whether a student of a household in need is entitled to it by this enrolment."""
        return (
            enrolment.stage in self.stages
            and (self.boarding is None or self.boarding == enrolment.boarding)
            and (not self.inclusive or enrolment.inclusive_kindergarten)
            and (not self.registered or registered)
        )


AID_ITEMS = {one.code: AidItem.of(one) for one in code_list("education_benefit").items}
"""By code, in the order of the list."""


AMOUNT_PARAMETERS = {item.code: f"education.{item.code}" for item in AID_ITEMS.values() if item.standard}
"""What `AMOUNTS_SQL` names."""

AMOUNTS_SQL = "jsonb_build_object({})".format(", ".join(f"'{code}', {{{code}}}::jsonb" for code in AMOUNT_PARAMETERS))
"""The standards as one object: yuan a school year by item and stage."""


def aid_items_sql() -> str:
    """The same as rows of `item(code, stage, aid_group, boarding, inclusive, registered, parts)`, one for each stage;
    `parts` is into how many payments the amount of a school year is divided."""
    rows = [
        f"('{one.code}', '{stage}', '{one.group}', {_sql(one.boarding)}, {_sql(one.inclusive)},"
        f" {_sql(one.registered)}, {1 if one.yearly else 2})"
        for one in AID_ITEMS.values()
        for stage in sorted(one.stages)
    ]
    return f"(VALUES {', '.join(rows)}) AS item(code, stage, aid_group, boarding, inclusive, registered, parts)"


def same_period_sql(award: str, other: str) -> str:
    """Whether the award is for the term of the other row, or of a yearly `item` for its school year."""
    return f"""CASE WHEN item.parts = 1 THEN {school_year_sql(award)} = {school_year_sql(other)}
        ELSE {award}.year = {other}.year AND {award}.term = {other}.term END"""


def school_year_sql(row: str) -> str:
    """The school year of a row with `year` and `term`."""
    return f"({row}.year - ({row}.term <> '{AUTUMN}')::int)"


def _sql(flag: bool | None) -> str:
    return "NULL::boolean" if flag is None else str(flag).lower()
