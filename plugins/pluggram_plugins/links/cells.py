"""Cells of a CSV file that no spreadsheet takes for a formula, and that come back as they were."""

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_KEPT_FROM_BEING_ONE = re.compile(r"'+[=+\-@\t\r]")


def as_cell(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would run, as spreadsheets write a text."""
    return f"'{text}" if _FORMULA.match(text) else text


def from_cell(cell: str) -> str:
    """Take that apostrophe off."""
    return cell[1:] if _KEPT_FROM_BEING_ONE.match(cell) else cell
