"""Posts of several messages, and the further pictures of an article."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("posts", sa.Column("pieces", sa.Text()))
    op.add_column("articles", sa.Column("gallery", sa.JSON()))
