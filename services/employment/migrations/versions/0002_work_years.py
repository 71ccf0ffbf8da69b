"""The work of a year as reported at its end."""

from alembic import op
from alembic.operations import Operations
from sqlalchemy import Column, Date, Numeric, SmallInteger, Text

from shared.department.migrations import create_record_table

revision = "0002_work_years"
down_revision = "0001_employment"


def upgrade() -> None:
    create_record_table(
        Operations(op.get_context()),
        "work_year",
        Column("year", SmallInteger, nullable=False),
        Column("reported_on", Date, nullable=False),
        Column("work_months", SmallInteger, nullable=False),
        Column("place", Text),
        Column("place_division", Text),
        Column("wage_income", Numeric(14, 2), nullable=False),
        Column("post_months", SmallInteger, nullable=False),
        Column("post_income", Numeric(14, 2), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("work_year")
