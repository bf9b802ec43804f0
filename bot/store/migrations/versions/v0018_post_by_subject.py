"""The posts of a subject are found by chat as well.

By the subject alone PostgreSQL went through all of its posts for each of the next claims, until its statistics were renewed.
"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_posts_subject", "posts")
    op.create_index("ix_posts_subject", "posts", ["subject_id", "destination_id", "subject_kind"])
