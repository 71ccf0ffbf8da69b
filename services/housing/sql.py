"""SQL that indicators, lists and the queue share."""

from shared.codes import code_list
from shared.indicators.populations import ON_REGISTER_SQL


def texts(*codes: str) -> str:
    """Codes as a list of SQL texts; code lists hold ASCII identifiers only."""
    return ", ".join(f"'{code}'" for code in codes)


def holding(name: str, attribute: str) -> str:
    """The codes of a list that hold `yes` in an attribute, as SQL texts."""
    return texts(*(one.code for one in code_list(name).items if one.attributes.get(attribute) == "yes"))


DANGEROUS = texts(*code_list("dangerous_housing_grade").codes)

RENOVATIONS = """
    (SELECT * FROM renovation WHERE voided_at IS NULL AND household_id IS NOT NULL
       AND stage NOT IN ('refused', 'withdrawn'))
"""
"""Renovations of known households that were neither refused nor withdrawn."""

FOUND = """
    (SELECT household_id, dwelling_number, appraised_on AS day, grade FROM appraisal WHERE voided_at IS NULL
     UNION ALL
     SELECT household_id, dwelling_number, identified_on, grade FROM renovation
     WHERE voided_at IS NULL AND identified_on IS NOT NULL AND grade IS NOT NULL)
"""
"""Grades found of dwellings: by appraisals, and when a renovation was identified, whatever became of it."""

MOVED = f"""
    (SELECT household_id, coalesce(delivered_on, moved_in_on) AS day FROM relocation
     WHERE voided_at IS NULL AND coalesce(delivered_on, moved_in_on) IS NOT NULL
     UNION ALL
     SELECT household_id, accepted_on FROM renovation
     WHERE voided_at IS NULL AND accepted_on IS NOT NULL AND mode IN ({holding("renovation_mode", "elsewhere")}))
"""
"""Days on which a household was given another, safe home; `facts.moves` says the same."""

RECEIVED = """
    LATERAL (
        SELECT CASE WHEN count(*) > 0 THEN coalesce(sum(p.received), 0) ELSE coalesce(r.paid, 0) END AS whole,
               CASE WHEN count(*) > 0
                    THEN coalesce(sum(p.received) FILTER (WHERE p.paid_on <= r.accepted_on + {days}::int), 0)
                    ELSE coalesce(CASE WHEN r.paid_on <= r.accepted_on + {days}::int THEN r.paid END, 0)
               END AS in_time
        FROM subsidy_payment p
        WHERE p.household_id = r.household_id AND p.project_number = r.project_number AND p.voided_at IS NULL
    ) AS received
"""
"""What reached the household for renovation `r`: by its payments, else as its last step recorded it."""

SHOWN_CATEGORY = f"""
    CASE WHEN h.state IN ({ON_REGISTER_SQL}) THEN 'registered'
         WHEN h.household_type = 'dibao' OR h.snapshot -> 'categories' @> '[{{"kind": "dibao"}}]' THEN 'dibao'
         WHEN h.household_type = 'tekun' OR h.snapshot -> 'categories' @> '[{{"kind": "tekun"}}]'
           THEN 'tekun_scattered'
    END
"""
"""The key group that the roster shows of household `h`, null where it shows none; `category_of` says the same."""
