"""The deaths happen on both databases."""

from tests.store.conftest import on_postgres

__all__ = ["on_postgres"]
