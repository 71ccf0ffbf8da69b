"""The history of a household is seen where the household is: states, changes, who altered what.

Persons and memberships have no such wall: whoever takes a person in must find out that another area already holds her.
"""

from alembic import op

revision = "0007_row_scope"
down_revision = "0006_populations"
branch_labels = None
depends_on = None

_WHOLE = "(SELECT '%' = ANY (current_setting('yihu.scope', true)::text[]))"
_HOUSEHOLDS = {
    "household_state": ("household_id",),
    "household_history": ("household_id",),
    "natural_change": ("household_id", "other_household_id"),
}


def upgrade() -> None:
    for table, columns in _HOUSEHOLDS.items():
        # What of `household` may be seen is that table's own policy.
        seen = " OR ".join(
            f"EXISTS (SELECT FROM household h WHERE h.household_id = {table}.{column})" for column in columns
        )
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY row_scope ON {table} USING ({_WHOLE} OR {seen}) WITH CHECK ({_WHOLE} OR {seen})")


def downgrade() -> None:
    for table in _HOUSEHOLDS:
        op.execute(f"DROP POLICY row_scope ON {table}")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
