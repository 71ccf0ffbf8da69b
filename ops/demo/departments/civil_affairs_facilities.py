"""Care facilities of the township and its villages, and who lives in the home (Y58)."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from ops.demo.dice import Dice
from ops.demo.households import Household
from ops.demo.profiles import Profile
from ops.demo.step import Document, Step

SERVICE = "civil_affairs"


def steps(profile: Profile, made: Sequence[Household], *, today: date) -> Iterator[Step]:
    yield Step.of(SERVICE, "care-facilities", facility_documents(profile, today=today))
    yield Step.of(SERVICE, "facility-stays", stay_documents(profile, made, today=today))


def stay_documents(profile: Profile, made: Sequence[Household], *, today: date) -> Iterator[Document]:
    """Tekun persons who are supported in the home for the aged."""
    for household in made:
        for person in household.people if household.kind == "tekun" else ():
            dice = Dice(profile.seed, "stay", person.id_number)
            if dice.chance(0.4):
                yield {
                    "id_number": person.id_number,
                    "facility_code": f"MZ{profile.township.code}1",
                    "basis": "tekun",
                    "admitted_on": (today - timedelta(days=dice.number(1, 900))).isoformat(),
                }


def facility_documents(profile: Profile, *, today: date) -> list[Document]:
    """The township's home and centres; in about half of the villages a happiness home or a children's home (Y58)."""
    township = profile.township
    assessed = date(today.year - 1, 10, 15).isoformat()
    central: tuple[tuple[str, str, int, int], ...] = (
        ("home_for_aged", "中心敬老院", 120, 86),
        ("child_welfare", "儿童福利服务站", 20, 6),
        ("tekun_support", "特困人员供养服务中心", 60, 31),
        ("rehabilitation", "残疾人康复站", 0, 0),
        ("foster_care", "“阳光家园”托养中心", 30, 19),
    )
    found: list[Document] = [
        {
            "division": township.code,
            "facility_code": f"MZ{township.code}{number}",
            "facility_name": f"{township.name}{name}",
            "kind": kind,
            "assessed_on": assessed,
            "beds": beds,
            "nursing_beds": beds // 3,
            "occupied": occupied,
            "staff": max(beds // 8, 2),
            "standard": kind != "foster_care",
        }
        for number, (kind, name, beds, occupied) in enumerate(central, start=1)
    ]
    for village in profile.villages:
        dice = Dice(profile.seed, "care-facility", village.code)
        if dice.chance(0.55):
            kind, name = dice.one((("happiness_home", "农村幸福院"), ("children_home", "儿童之家")))
            found.append(
                {
                    "division": village.code,
                    "facility_code": f"MZ{village.code}",
                    "facility_name": f"{village.name}{name}",
                    "kind": kind,
                    "assessed_on": assessed,
                    "staff": 2,
                    "standard": dice.chance(0.85),
                }
            )
    return found
