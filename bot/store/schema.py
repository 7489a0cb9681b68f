"""How the tables are written down: one catalogue, and the kinds of columns and indexes that they are made of.

They are plain tables of SQLAlchemy's Core, like the statements on them: rows become domain values in ``rows`` and its
neighbours, an object mapper would map them to nothing, and loading one took a good part of every start.
"""

from typing import Any

from sqlalchemy import Column, Index, Integer, MetaData, text
from sqlalchemy.types import TypeEngine

from bot.store.columns import SERIAL

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""One way of naming constraints, so that a migration can name what it changes on either database."""

CATALOGUE = MetaData(naming_convention=NAMES)
"""All tables, once the modules that write them down are imported."""

Kind = TypeEngine[Any] | type[TypeEngine[Any]]


def always(name: str, kind: Kind, *more: Any, **options: Any) -> Column[Any]:  # noqa: ANN401 - what Column takes
    """A column that has a value in every row."""
    return Column(name, kind, *more, nullable=False, **options)


def maybe(name: str, kind: Kind) -> Column[Any]:
    """A column whose value may be missing."""
    return Column(name, kind)


def serial(name: str) -> Column[Any]:
    """The row's number, which the database counts up."""
    return Column(name, SERIAL, primary_key=True)


def count(name: str) -> Column[Any]:
    """A number that begins at 0."""
    return always(name, Integer, server_default="0")


def partial_index(name: str, *columns: str | Column[Any], where: str) -> Index:
    """An index over the rows that meet a condition. Queries repeat it word for word, or SQLite does not use it."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))
