"""Alembic revisions: append-only, applied at start, valid on SQLite and PostgreSQL."""
