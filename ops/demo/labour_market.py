"""What the demo's township offers who looks for work: employers, bases, courses, vacancies, activities."""

from collections.abc import Iterator
from datetime import date, timedelta

from ops.demo.dice import Dice
from ops.demo.profiles import Profile
from ops.demo.step import Document

ADULT = 18
TRADES = (
    ("garment", "sewing", "纺织服装厂"),
    ("farming", "planting", "蔬菜种植合作社"),
    ("farming", "breeding", "水产养殖合作社"),
    ("electronics", "electrician", "电子装配厂"),
    ("construction", "masonry", "建筑劳务公司"),
    ("catering", "cooking", "餐饮服务公司"),
    ("care", "elderly_care", "养老服务中心"),
    ("handicraft", "handicraft", "手工编织车间"),
    ("logistics", "driving", "物流配送公司"),
    ("greening", None, "园林绿化公司"),
)
SESSIONS = (
    ("agro_technical", "planting"),
    ("agro_technical", "breeding"),
    ("vocational", "electrician"),
    ("vocational", "sewing"),
    ("employment_guidance", "domestic_service"),
    ("rain_dew", "cooking"),
    ("entrepreneurship", "entrepreneurship"),
    ("enterprise_leader", "entrepreneurship"),
    ("youth_leader", "e_commerce"),
    ("women_entrepreneur", "handicraft"),
    ("disabled_employment", "handicraft"),
)
ACTIVITIES = (
    ("spring_breeze", "春风行动专场招聘", 2, 18),
    ("farmer_entrepreneurship", "农民创业带动就业推进会", 5, 12),
    ("job_fair", "家门口招聘会", 9, 6),
)


def employer_code(number: int) -> str:
    return f"91EMP{number:05d}"


class LabourMarket:
    """Employers, bases, courses, vacancies and activities of the township."""

    def __init__(self, profile: Profile, *, today: date) -> None:
        self._profile = profile
        self._today = today
        self._township = profile.township.code

    def employers(self) -> Iterator[Document]:
        for number, (_, _, name) in enumerate(TRADES):
            yield {
                "division": self._township,
                "employer_code": employer_code(number),
                "employer_name": f"{self._profile.township.name}{name}",
                "kind": "cooperative" if "合作社" in name else "workshop" if "车间" in name else "enterprise",
                "reported_on": date(self._today.year - 1, 12, 1).isoformat(),
                "workers": 20 + 15 * number,
            }

    def bases(self) -> Iterator[Document]:
        """Y34: a park and a base of the township, and a workshop in every fourth village."""
        recognised = date(self._today.year - 2, 6, 1).isoformat()
        name = self._profile.township.name
        kinds = [(self._township, "return_home_park", "返乡创业园"), (self._township, "employment_base", "就业基地")]
        kinds += [(village.code, "workshop", f"{village.name}就业帮扶车间") for village in self._profile.villages[::4]]
        for number, (division, kind, title) in enumerate(kinds):
            yield {
                "division": division,
                "base_code": f"JD{number:03d}",
                "base_name": title if kind == "workshop" else f"{name}{title}",
                "kind": kind,
                "level": "county" if division == self._township else "township",
                "recognised_on": recognised,
                "posts": 12 + number,
            }

    def sessions(self) -> Iterator[Document]:
        for number, (kind, skill) in enumerate(SESSIONS):
            first = session_start(number, self._today)
            yield {
                "division": self._township,
                "session_number": session_number(number, self._today),
                "title": f"{self._today.year}年第{number + 1}期培训班",
                "kind": kind,
                "skill": skill,
                "starts_on": first.isoformat(),
                "ends_on": (first + timedelta(days=9)).isoformat(),
                "hours": 72,
                "places": 50,
            }

    def vacancies(self) -> Iterator[Document]:
        """M14: two vacancies of every employer that are open today."""
        for number, (occupation, skill, name) in enumerate(TRADES):
            for part in (0, 1):
                dice = Dice(self._profile.seed, "vacancy", number, part)
                yield {
                    "division": self._township,
                    "vacancy_number": vacancy_number(number, part),
                    "employer_code": employer_code(number),
                    "employer_name": f"{self._profile.township.name}{name}",
                    "occupation": occupation,
                    "posts": dice.number(3, 12),
                    "opened_on": (self._today - timedelta(days=dice.number(5, 60))).isoformat(),
                    "place": "township" if part else "county",
                    "monthly_wage": str(dice.yuan(2200, 4200)),
                    "youngest": ADULT,
                    "oldest": dice.one((50, 55, 60, 65)),
                    **({"skill": skill} if part and skill else {"accepts_weak_labour": True}),
                }

    def activities(self) -> Iterator[Document]:
        """M12: those of the year that have been held."""
        for number, (kind, name, month, day) in enumerate(ACTIVITIES):
            if (held := date(self._today.year, month, day)) <= self._today:
                yield {
                    "division": self._township,
                    "activity_number": f"HD{self._today.year}{number}",
                    "activity_name": name,
                    "kind": kind,
                    "held_on": held.isoformat(),
                    "employers": 10 + number,
                    "posts_offered": 160 + 20 * number,
                    "visitors": 420,
                    "agreements": 60 + number,
                }


def session_start(number: int, today: date) -> date:
    """Courses of the last months, so that those who attended have completed them."""
    return today - timedelta(days=40 + 17 * number)


def session_number(number: int, today: date) -> str:
    return f"PX{today.year}{number:02d}"


def vacancy_number(number: int, part: int) -> str:
    return f"GW{number:03d}{part}"
