"""人岗匹配: whom to recommend for a vacancy, and which vacancies fit a person (D19, M13, M14, SYS20).

Conditions and willingness come first, registered persons before others; each place in a ranking and each exclusion has
its reasons. It recommends and decides nothing: a referral is a record that somebody makes.
"""

from services.employment.matching.routes import router

__all__ = ["router"]
