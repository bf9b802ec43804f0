"""What becomes of the posts for which a channel's pace has no place."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("destinations", sa.Column("pace_overflow", sa.String(length=8), nullable=True))
