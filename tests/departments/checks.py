"""A water check as it is posted."""


def check(
    year: int = 2020, *, day: str = "2020-03-01", litres: str = "40.00", passed: bool = True
) -> dict[str, object]:
    return {
        "year": year,
        "checked_on": day,
        "source": "centralised",
        "litres_per_person_day": litres,
        "quality_passed": passed,
    }
