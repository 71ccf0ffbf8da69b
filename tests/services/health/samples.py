"""A sample of every record type: what is taken in, what corrects it, what is refused and where, filters."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Sample:
    """Content that is taken in; what corrects it; what is refused and where; filters that find it and that do not."""

    record_type: str
    content: dict[str, object]
    correction: dict[str, object]
    refused: dict[str, object]
    at: str
    finds: dict[str, str] = field(default_factory=dict)
    misses: dict[str, str] = field(default_factory=dict)


SAMPLES = [
    Sample(
        "insurance-enrolments",
        {"year": 2020, "enrolled": True, "enrolled_on": "2020-01-05", "scheme": "resident"},
        {"contribution": "280.00", "subsidy_class": "fixed", "subsidy": "180.00"},
        {"scheme": None},
        "/scheme",
        {"year": "2020", "enrolled": "true", "scheme": "resident"},
        {"scheme": "employee"},
    ),
    Sample(
        "doctor-contracts",
        {"year": 2020, "signed_on": "2020-02-01", "doctor": "李医生"},
        {"package": "personalised"},
        {"signed_on": "2019-02-01"},
        "/signed_on",
        {"year": "2020"},
        {"year": "2019"},
    ),
    Sample(
        "physical-examinations",
        {"year": 2020, "examined_on": "2020-03-01"},
        {"result": "abnormal", "findings": "血压偏高\n建议复查"},
        {"examined_on": "2020-06-02"},
        "/examined_on",
        {"year": "2020"},
        {"year": "2018"},
    ),
    Sample(
        "chronic-screenings",
        {"year": 2020, "screened_on": "2020-03-01"},
        {"diseases": ["hypertension", "diabetes"]},
        {"diseases": ["gout"]},
        "/diseases/0",
        {"year": "2020"},
        {"year": "2018"},
    ),
    Sample(
        "chronic-patients",
        {"disease": "hypertension", "diagnosed_on": "2019-03-01"},
        {"centre_code": "C01"},
        {"status": "ended"},
        "/ended_on",
        {"disease": "hypertension", "status": "managed"},
        {"disease": "diabetes"},
    ),
    Sample(
        "chronic-contracts",
        {"year": 2020, "disease": "hypertension", "signed_on": "2020-03-01"},
        {"follow_ups": 2},
        {"follow_ups": -1},
        "/follow_ups",
        {"disease": "hypertension"},
        {"disease": "diabetes"},
    ),
    Sample(
        "serious-illness-cases",
        {"disease": "gastric_cancer", "diagnosed_on": "2020-03-01"},
        {"filed_on": "2020-03-05", "treatment": "in_treatment"},
        {"filed_on": "2020-02-28"},
        "/filed_on",
        {"disease": "gastric_cancer"},
        {"disease": "stroke"},
    ),
    Sample(
        "settlement-bills",
        {
            "bill_number": "B-{n}",
            "kind": "inpatient",
            "settled_on": "2020-03-01",
            "total": "100.00",
            "basic_insurance": "60.00",
            "self_paid": "40.00",
        },
        {"medical_aid": "40.00", "self_paid": "0.00", "one_stop": True},
        {"total": "100.01"},
        "/total",
        {"bill_number": "B-{n}", "kind": "inpatient"},
        {"kind": "outpatient"},
    ),
    Sample(
        "health-cards",
        {"card_number": "K-{n}", "issued_on": "2020-03-01"},
        {"status": "lost"},
        {"issued_on": "2020-02-30"},
        "/issued_on",
        {"status": "active"},
        {"status": "cancelled"},
    ),
    Sample(
        "free-screenings",
        {"year": 2020, "kind": "pre_pregnancy", "screened_on": "2020-03-01"},
        {"result": "negative"},
        {"year": 2019},
        "/screened_on",
        {"kind": "pre_pregnancy", "result": "pending"},
        {"kind": "newborn"},
    ),
    Sample(
        "rehabilitations",
        {"service": "nursing", "started_on": "2020-03-01"},
        {"cost": "100.00", "in_insurance": True, "paid_by_insurance": "50.00"},
        {"paid_by_aid": "1.00"},
        "/cost",
        {"service": "nursing", "in_insurance": "false"},
        {"service": "surgery"},
    ),
    Sample(
        "package-benefits",
        {"year": 2020, "item": "free_registration", "granted_on": "2020-03-01"},
        {"amount": "12.50"},
        {"item": "free_lunch"},
        "/item",
        {"year": "2020", "item": "free_registration"},
        {"item": "free_lunch"},
    ),
    Sample(
        "fund-payments",
        {
            "payment_number": "P-{n}",
            "fund": "registered_insurance_fund",
            "paid_on": "2020-03-01",
            "amount": "500.00",
        },
        {"amount": "600.00"},
        {"fund": "serious_patient_rescue_fund"},
        "/fund",
        {"fund": "registered_insurance_fund"},
        {"fund": "government_backstop"},
    ),
    Sample(
        "publicity-visits",
        {"visited_on": "2020-03-01", "topics": ["insurance"]},
        {"aware": True},
        {"visited_on": "2020-06-02"},
        "/visited_on",
    ),
    Sample(
        "institutions",
        {
            "institution_code": "I-{n}",
            "institution_name": "某村卫生室",
            "kind": "village_clinic",
            "assessed_on": "2020-03-01",
        },
        {"standard": True, "doctors": 2},
        {"doctors": -1},
        "/doctors",
        {"kind": "village_clinic"},
        {"kind": "hospital"},
    ),
]


def numbered(content: dict[str, object], number: int) -> dict[str, object]:
    return {
        name: value.replace("{n}", str(number)) if isinstance(value, str) else value for name, value in content.items()
    }
