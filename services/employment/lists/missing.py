"""Who should be in and is not: asked, referred, placed, trained, supported, awarded (D18, D19, M13, M14, Y28–Y34)."""

from services.employment.indicators.support import EMPLOYER_AWARD, OLDER_LABOUR, PROFILES, START_UPS
from services.employment.indicators.training import ONE_SKILL, TRAINING
from services.employment.indicators.work import WILLING_PLACED, WORK_OFFERED
from shared.codes import Label
from shared.indicators import Share
from shared.indicators.populations import missing_from
from shared.standing_lists import LineUnit, ListKind, StandingList


def _missed(share: Share, code: str, zh: str, en: str, *, unit: LineUnit = LineUnit.PERSON) -> StandingList:
    return StandingList(
        code=code,
        label=Label(zh, en),
        unit=unit,
        kind=ListKind.SHOULD_BE_IN,
        population=missing_from(share),
        parameters=share.parameters,
        source=share.source,
    )


MISSING = (
    _missed(PROFILES, "labour_not_surveyed", "劳动力信息应采未采", "Labourer without a profile of the year"),
    _missed(
        WORK_OFFERED, "work_not_offered", "有就业意愿应荐未荐", "Willing to work, and neither referred nor in work"
    ),
    _missed(WILLING_PLACED, "willing_without_work", "有就业意愿未就业", "Willing to work and not in work"),
    _missed(TRAINING, "training_not_given", "有培训需求应训未训", "In need of training and not trained"),
    _missed(ONE_SKILL, "labour_without_skill", "劳动力未掌握技能", "Labourer without any skill"),
    _missed(OLDER_LABOUR, "older_labour_not_helped", "大龄贫困劳动力应帮未帮", "Older labourer not helped"),
    _missed(START_UPS, "start_up_not_supported", "有创业意愿应扶未扶", "Willing to start a business and not supported"),
    _missed(EMPLOYER_AWARD, "employer_not_awarded", "吸纳单位应奖未奖", "Employer not awarded", unit=LineUnit.CASE),
)
