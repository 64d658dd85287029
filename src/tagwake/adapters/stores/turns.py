"""Turns: the places of rows in the line, as numbers that one index orders."""

from datetime import datetime

from sqlalchemy import ColumnElement, Table, and_, case

from tagwake.adapters.stores.times import from_milliseconds

_DAY = 24 * 60 * 60 * 1000
HINTED = 365 * _DAY
"""The head start, in milliseconds, of what a hint asked for: no poll is ever that late."""
PROMOTED = 30 * _DAY
"""The head start of what a moved sibling asked for."""


def held(table: Table, moment: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether somebody holds a row at a moment."""
    return and_(table.c.leased_until.is_not(None), table.c.leased_until > moment)


def hurried(table: Table, moment: ColumnElement[int]) -> ColumnElement[int]:
    """When a row is due that is due at a moment at the latest."""
    return case((table.c.due_at < moment, table.c.due_at), else_=moment)


def optional_time(number: int | None) -> datetime | None:
    """The time that a number stands for, where there is one."""
    return None if number is None else from_milliseconds(number)
