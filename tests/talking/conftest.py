"""Every test of comments runs twice: on SQLite in a file, and on PostgreSQL."""

from __future__ import annotations

from tests.models.conftest import database, made_on_postgres, settings

__all__ = ["database", "made_on_postgres", "settings"]
