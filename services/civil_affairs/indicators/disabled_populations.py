"""The disabled as SQL: `d` is an entry of the register; the same as `services.civil_affairs.disability` computes."""

from services.civil_affairs.indicators.assistance_populations import TODAY, texts
from shared.codes import code_list

_IN_NEED = frozenset(one.code for one in code_list("self_care_ability").items if one.attributes.get("in_need") == "yes")

CERTIFICATE_ENDS = "coalesce(d.expires_on, (d.issued_on + make_interval(years => {years}::numeric::int))::date)"
"""The first day on which the certificate of the register's entry `d` does not hold."""


def certified(on: str) -> str:
    """The entry `d` of the register has a certificate that holds."""
    return f"d.voided_at IS NULL AND d.certificate_state = 'held' AND {CERTIFICATE_ENDS} > {on}"


SEVERE = "d.disability_grade = ANY({grades}::text[])"

SEVERE_PARAMETERS = {
    "grades": "civil_affairs.severe_disability_grades",
    "years": "civil_affairs.certificate_years",
}
"""What a population names that says `SEVERE` and `certified`."""

HIGHEST_DUE = f"{certified(TODAY)} AND {SEVERE} AND d.depends_on_family AND d.self_care IN ({texts(_IN_NEED)})"
"""Entry `d` of the register of the disabled: severely disabled, in need of care, living on their family (Y55)."""


def severely_disabled(member: str) -> str:
    """The member of household `h` is: by the register, else as the roster has it."""
    return f"""(EXISTS (SELECT FROM disabled_person d WHERE d.member_id = {member} AND {certified(TODAY)} AND {SEVERE})
        OR (NOT EXISTS (SELECT FROM disabled_person d WHERE d.member_id = {member} AND d.voided_at IS NULL)
          AND EXISTS (SELECT FROM jsonb_array_elements(h.snapshot->'members') AS told
            WHERE told->>'member_id' = {member}::text AND told->>'disability_type' IS NOT NULL
              AND told->>'disability_grade' = ANY({{grades}}::text[]))))"""
