"""`GET /api/v1/employment/matching/…`: candidates for a vacancy, vacancies for a person."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request

from services.employment.matching.answers import (
    CandidateList,
    PersonAnswer,
    RankedPerson,
    RankedVacancy,
    VacancyAnswer,
    VacancyList,
    counted,
    left_out,
    person_part,
    ranked,
    vacancy_part,
)
from services.employment.matching.ranking import candidates, considered, vacancies
from services.employment.matching.reading import one_offer, one_person, open_offers, people_there
from services.employment.matching.sides import Terms
from shared.auth import CurrentPrincipal
from shared.database import Database
from shared.indicators.asking import Division, known_policy, question_of
from shared.indicators.question import Question
from shared.service.problems import NotFound

SERVICE = "employment"
LONGEST = 500

router = APIRouter(prefix=f"/api/v1/{SERVICE}/matching", tags=[SERVICE])

Limit = Annotated[int, Query(ge=1, le=LONGEST, description="how many of those who fit, and of those who do not")]
_ROWS: Mapping[str, object] = {"x-requirements": ["D19", "M13", "M14", "SYS20"]}


@router.get("/vacancies/{vacancy_id}/candidates", summary="Whom to recommend for a vacancy", openapi_extra=dict(_ROWS))
async def list_candidates(
    request: Request, principal: CurrentPrincipal, vacancy_id: UUID, *, division: Division = None, limit: Limit = 50
) -> CandidateList:
    """Of the persons in the caller's area (or the division): those who meet the conditions and are willing, ranked,
    registered persons before others, with reasons; and those who were left out, with reasons. `vacancy_id` is the id
    of the record."""
    question = question_of(request, principal, SERVICE, division, None)
    on = question.today
    database: Database = request.state.database
    async with database.acquire(question.scope) as connection:
        offer = await one_offer(connection, vacancy_id)
        if offer is None:
            raise NotFound
        terms = _terms(question, offer.division)
        people = await people_there(connection, question.patterns, on)
    ranking = candidates(offer, considered(people, terms, on), terms, on)
    return CandidateList(
        vacancy=VacancyAnswer.model_validate(vacancy_part(offer)),
        on=on,
        fitting=len(ranking.fitting),
        excluded=len(ranking.excluded),
        exclusions=counted(ranking.excluded),
        candidates=ranked(RankedPerson, ranking.fitting[:limit], lambda person: person_part(person, on)),
        excluded_persons=left_out(RankedPerson, ranking.excluded[:limit], lambda person: person_part(person, on)),
    )


@router.get("/members/{member_id}/vacancies", summary="Which vacancies fit a person", openapi_extra=dict(_ROWS))
async def list_vacancies(
    request: Request, principal: CurrentPrincipal, member_id: UUID, *, division: Division = None, limit: Limit = 50
) -> VacancyList:
    """Of the vacancies open today in the caller's area (or the division): those whose conditions the person meets and
    that are as the person wishes, ranked, with reasons; and the others, with reasons."""
    question = question_of(request, principal, SERVICE, division, None)
    on = question.today
    database: Database = request.state.database
    async with database.acquire(question.scope) as connection:
        person = await one_person(connection, member_id, on)
        if person is None:
            raise NotFound
        offers = await open_offers(connection, on, question.patterns)
    ranking = vacancies(person, offers, _terms(question, person.division), on)
    return VacancyList(
        person=PersonAnswer.model_validate(person_part(person, on)),
        on=on,
        fitting=len(ranking.fitting),
        excluded=len(ranking.excluded),
        exclusions=counted(ranking.excluded),
        vacancies=ranked(RankedVacancy, ranking.fitting[:limit], vacancy_part),
        excluded_vacancies=left_out(RankedVacancy, ranking.excluded[:limit], vacancy_part),
    )


def _terms(question: Question, division: str) -> Terms:
    """The policy of the place. Raises PolicyUnknown."""
    policy = question.policy.at(area=division, year=question.year)
    with known_policy(question.year):
        return Terms(
            working_age=policy.whole("employment.working_age_least"),
            abilities=frozenset(policy.codes("employment.labour_abilities")),
        )
