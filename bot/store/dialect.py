"""What SQLite and PostgreSQL have alike, or nearly so, and SQLAlchemy keeps apart: INSERT … ON CONFLICT, and rows as JSON.

A statement that is carried out once for each of many rows costs SQLAlchemy and the drivers more for each parameter of each row
than it costs the database. Where that is done for every message, all rows are given at once, as one parameter.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    DateTime,
    Subquery,
    Table,
    Text,
    bindparam,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import Utc, utc_text


def insert(connection: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    return insert_into(table, connection.dialect.name)


def insert_into(table: Table, dialect: str) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def given_rows(dialect: str, *columns: Column[Any]) -> Subquery:
    """The rows of the parameter that `given` makes, as a table with these columns of numbers, texts and times."""
    rows = bindparam("rows", type_=Text)
    values: list[ColumnElement[Any]]
    if dialect == "sqlite":
        each = func.json_each(rows).table_valued("value").c.value
        values = [func.json_extract(each, literal_column(f"'$[{place}]'")) for place in range(len(columns))]
    else:
        each = func.jsonb_array_elements(cast(rows, postgresql.JSONB)).table_valued("value").c.value
        texts = [each.op("->>")(literal_column(str(place))) for place in range(len(columns))]
        values = [_typed(text, column) for text, column in zip(texts, columns, strict=True)]
    return select(*(value.label(column.name) for value, column in zip(values, columns, strict=True))).subquery("given")


def given(rows: Iterable[Sequence[object]]) -> dict[str, str]:
    """Each row a value a column, in their order."""
    return {"rows": json.dumps(list(rows), ensure_ascii=False, separators=(",", ":"), default=_as_json)}


def _typed(text: ColumnElement[str], column: Column[Any]) -> ColumnElement[Any]:
    if isinstance(column.type, Utc):
        return func.timezone(literal_column("'UTC'"), cast(text, DateTime()))
    return cast(text, column.type)


def _as_json(value: object) -> str:
    if not isinstance(value, datetime):
        raise TypeError(value)
    return utc_text(value)
