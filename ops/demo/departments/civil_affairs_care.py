"""Care records of the district: the disabled and their subsidies, children, those left behind, legal aid.

In every list a few cases are amiss: they are what the standing lists must show.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from ops.demo.dice import Dice
from ops.demo.households import Household
from ops.demo.persons import Person
from ops.demo.profiles import Profile
from ops.demo.step import Document, Step
from shared.roster.models import Sex

SERVICE = "civil_affairs"
_AWAY = ("province", "outside_province")
_CHILD, _LEFT_BEHIND_CHILD, _ELDERLY = 18, 16, 60
_SEVERE = ("1", "2")
_PARTIES = (
    ("family", "本户亲属"),
    ("school", "中心学校"),
    ("grass_roots", "村民委员会"),
    ("government", "街道民政办"),
    ("society", "志愿者协会"),
)
_STAFF = ("王红梅", "李建国", "张秀英", "陈志强", "刘桂兰")


def steps(profile: Profile, made: Sequence[Household], *, today: date) -> Iterator[Step]:
    """What care holds of every household."""
    care = Care(profile, today=today)
    kinds: tuple[tuple[str, Callable[[Household], Iterator[Document]]], ...] = (
        ("disabled-persons", care.disabled),
        ("disability-subsidies", care.subsidies),
        ("distressed-children", care.distressed),
        ("left-behind-persons", care.left_behind),
        ("guardianships", care.guardianships),
        ("care-partners", care.partners),
        ("care-contacts", care.contacts),
        ("legal-aid-cases", care.legal_aid),
    )
    for records, documents in kinds:
        yield Step.of(SERVICE, records, (row for household in made for row in documents(household)))


class Care:
    """What care holds on the day. A person's part in it depends on the person alone, so that records agree."""

    def __init__(self, profile: Profile, *, today: date) -> None:
        self._seed = profile.seed
        self._today = today

    def disabled(self, household: Household) -> Iterator[Document]:
        """Y66: nearly all are on the register; a few are not, some certificates ran out, some have none."""
        for person, dice in self._people(household, "disabled"):
            if person.disability is not None and not self._unregistered(person):
                yield self._certificate(person, dice)
            elif person.disability is None and person.age >= 75 and person.chronic and dice.chance(0.04):
                yield {
                    "id_number": person.id_number,
                    "surveyed_on": self._recent(person, dice, 200),
                    "certificate_state": "none",
                    "disability_type": "4",
                }

    def subsidies(self, household: Household) -> Iterator[Document]:
        """Y70: most of those entitled have theirs; one in ten has not, and one in forty has what is not due."""
        for person, dice in self._people(household, "subsidy"):
            if person.disability is None or self._unregistered(person) or household.kind == "tekun":
                continue
            severe = person.disability[1] in _SEVERE
            if (household.kind == "dibao" and dice.chance(0.9)) or dice.chance(0.025):
                yield self._subsidy(person, "living", "40.00" if dice.chance(0.02) else "70.00", dice)
            if (severe and dice.chance(0.9)) or dice.chance(0.025):
                first = self._subsidy(person, "nursing", "100.00", dice)
                yield first
                if dice.chance(0.02) and first.get("decision") == "granted":
                    earlier = date.fromisoformat(str(first["applied_on"])) - timedelta(days=40)
                    yield first | {"applied_on": earlier.isoformat()}

    def distressed(self, household: Household) -> Iterator[Document]:
        """Y68: children who are ill or disabled in a weak household, and those whose parents cannot support them."""
        for person, dice in self._people(household, "distressed"):
            entry = self._distress(household, person, dice)
            if entry is not None:
                identified = self._since(person, dice, 700)
                yield {"id_number": person.id_number, "identified_on": identified, **entry}

    def left_behind(self, household: Household) -> Iterator[Document]:
        """Y66: children whose parents work far away, the wives of those who do, and the old who live alone."""
        for person, dice in self._people(household, "left-behind"):
            group = self._group(household, person)
            grown = group is None and person.age == _LEFT_BEHIND_CHILD + 1 and dice.chance(0.3)
            if group is not None or grown:
                since = self._since(person, dice, 600)
                if grown:
                    since = (person.birth_date + timedelta(days=_LEFT_BEHIND_CHILD * 365 - 150)).isoformat()
                yield {
                    "id_number": person.id_number,
                    "left_behind_group": group or "child",
                    "absence": {"woman": "husband", "elderly": "all_children"}.get(group or "child", "both_parents"),
                    "away_at": "outside_province",
                    "since": since,
                    "surveyed_on": max(self._recent(person, dice, 60), since) if dice.chance(0.92) else since,
                    "difficulties": ["care"] if dice.chance(0.3) else [],
                }

    def guardianships(self, household: Household) -> Iterator[Document]:
        """Y66, Y69: nearly every child and every adult without capacity has a guardian who signed."""
        for person, dice in self._people(household, "guardian"):
            incapable = (
                person.disability is not None and person.disability[0] in "56" and person.disability[1] in _SEVERE
            )
            if (self._is_ward(household, person) and person.age < _CHILD) or incapable:
                entrusted = dice.chance(0.4) and person.age < _CHILD
                document: Document = {
                    "id_number": person.id_number,
                    "guardian": household.people[0].name,
                    "guardian_kind": "grandparent" if person.age < _CHILD else "other_relative",
                    "signed_on": self._recent(person, dice, 150),
                }
                if entrusted:
                    until = self._today + timedelta(days=dice.number(-20, 300))
                    document |= {
                        "form": "entrusted",
                        "agreement_number": f"JH{household.code}{household.people.index(person)}",
                        "agreed_until": max(until, date.fromisoformat(str(document["signed_on"]))).isoformat(),
                    }
                if dice.chance(0.93):
                    yield document

    def partners(self, household: Household) -> Iterator[Document]:
        """Y67: the five parties that stand by a left-behind child; here and there one is missing."""
        for person, dice in self._people(household, "partner"):
            if self._group(household, person) == "child":
                for party, organisation in _PARTIES:
                    if dice.chance(0.97):
                        yield {
                            "id_number": person.id_number,
                            "party": party,
                            "partner": dice.one(_STAFF),
                            "organisation": organisation,
                            "since": self._recent(person, dice, 150),
                        }

    def contacts(self, household: Household) -> Iterator[Document]:
        """Y66: two contacts of each; the last one in time but for a few."""
        for person, dice in self._people(household, "contact"):
            if not self._is_ward(household, person):
                continue
            last = dice.number(1, 25) if dice.chance(0.92) else dice.number(40, 110)
            for days in (last + 30, last):
                day = self._today - timedelta(days=days)
                if day < person.birth_date:
                    continue
                finding = dice.weighted({"well": 90, "needs_help": 8, "not_met": 2, "danger": 0.3})
                document: Document = {
                    "id_number": person.id_number,
                    "contacted_on": day.isoformat(),
                    "contacted_by": dice.one(_STAFF),
                    "means": dice.weighted({"home_visit": 70, "telephone": 25, "video": 5}),
                    "finding": finding,
                }
                if finding in ("needs_help", "danger"):
                    document["note"] = "生活照料不足，需要帮助" if finding == "needs_help" else "独自居住，无人看护"
                yield document

    def legal_aid(self, household: Household) -> Iterator[Document]:
        """H38: wages of those who work, support of the old; one in eight waits too long."""
        for person, dice in self._people(household, "legal-aid"):
            if person.age < _CHILD or not dice.chance(0.012):
                continue
            applied = self._today - timedelta(days=dice.number(15, 200))
            document: Document = {
                "id_number": person.id_number,
                "matter": "wages" if person.works else dice.one(("support", "land", "traffic_injury")),
                "applied_on": applied.isoformat(),
            }
            if dice.chance(0.87):
                document |= {
                    "decision": "granted",
                    "decided_on": (applied + timedelta(days=dice.number(1, 6))).isoformat(),
                    "lawyer": dice.one(_STAFF),
                }
            yield document

    def _certificate(self, person: Person, dice: Dice) -> Document:
        assert person.disability is not None  # noqa: S101 - asked for the disabled alone
        kind, grade = person.disability
        severe = grade in _SEVERE
        if dice.chance(0.02):  # assessed anew, and the registry has not heard of it
            grade = "3" if severe else "2"
        issued = self._today - timedelta(days=dice.number(300, 3300) if dice.chance(0.97) else dice.number(3700, 4000))
        return {
            "certificate_number": f"{person.id_number}{kind}{grade}{'B1' if dice.chance(0.08) else ''}",
            "issued_on": max(issued, person.birth_date).isoformat(),
            "surveyed_on": self._recent(person, dice, 90) if dice.chance(0.94) else self._recent(person, dice, 700),
            "self_care": dice.weighted({"able": 30, "partly": 50, "unable": 20}) if severe else "able",
            "depends_on_family": severe and dice.chance(0.4),
            "long_term_care": True if severe and dice.chance(0.9) else None,
        }

    def _subsidy(self, person: Person, kind: str, amount: str, dice: Dice) -> Document:
        applied = self._today - timedelta(days=dice.number(10, 700))
        document: Document = {"id_number": person.id_number, "kind": kind, "applied_on": applied.isoformat()}
        if dice.chance(0.96):
            decided = min(applied + timedelta(days=dice.number(5, 28)), self._today)
            document |= {
                "decision": "granted",
                "decided_on": decided.isoformat(),
                "monthly_amount": amount,
                "starts_on": applied.replace(day=1).isoformat(),
            }
        return document

    def _distress(self, household: Household, person: Person, dice: Dice) -> Document | None:
        if person.age >= _CHILD:
            return None
        if person.disability is not None and person.disability[1] in _SEVERE:
            return {"child_class": "low_income_severe_disability"}
        head = household.people[0]
        alone = head.relation == "head" and not any(one.relation == "spouse" for one in household.people)
        if alone and person.relation in ("son", "daughter") and dice.chance(0.5):
            unsupported: Document = {
                "child_class": "de_facto_unsupported",
                "father": "severely_disabled" if head.disability else "seriously_ill",
                "mother": dice.one(("lost_contact", "died")),
                "care_mode": "relatives",
            }
            if dice.chance(0.8):
                amount = "550.00" if dice.chance(0.1) else "1200.00"
                unsupported |= {"allowance_from": self._recent(person, dice, 200), "monthly_allowance": amount}
            return unsupported
        return {"child_class": "guardianship_failing"} if dice.chance(0.01) else None

    def _group(self, household: Household, person: Person) -> str | None:
        """The group that the person is left behind in, by who of the household works far away."""
        away = [one for one in household.people if one.work_place in _AWAY and one is not person]
        if person.age < _LEFT_BEHIND_CHILD - 1 and len(away) >= 1 and len(household.people) >= 3:
            return "child"
        if person.relation == "spouse" and person.sex is Sex.FEMALE and _CHILD <= person.age < _ELDERLY:
            return "woman" if household.people[0].work_place in _AWAY else None
        alone = len(household.people) <= 2 and household.kind == "general"
        return (
            "elderly"
            if person.age > _ELDERLY + 1 and alone and Dice(self._seed, "alone", household.code).chance(0.4)
            else None
        )

    def _is_ward(self, household: Household, person: Person) -> bool:
        severe = person.disability is not None and person.disability[1] in _SEVERE and not self._unregistered(person)
        distressed = self._distress(household, person, self._dice(person, "distressed")) is not None
        return severe or distressed or self._group(household, person) is not None

    def _unregistered(self, person: Person) -> bool:
        """Y66: whom the survey has not found yet."""
        return self._dice(person, "unregistered").chance(0.04)

    def _since(self, person: Person, dice: Dice, days: int) -> str:
        """A day not before the birth, at least a month ago where the life was long enough."""
        return max(self._today - timedelta(days=dice.number(60, days)), person.birth_date).isoformat()

    def _recent(self, person: Person, dice: Dice, days: int) -> str:
        """A day not before the birth."""
        return max(self._today - timedelta(days=dice.number(1, days)), person.birth_date).isoformat()

    def _dice(self, person: Person, purpose: str) -> Dice:
        return Dice(self._seed, purpose, person.id_number)

    def _people(self, household: Household, purpose: str) -> Iterator[tuple[Person, Dice]]:
        for person in household.people:
            yield person, self._dice(person, purpose)
