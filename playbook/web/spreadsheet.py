"""Rows as a file that spreadsheets open, in which no cell is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

BYTE_ORDER_MARK = "\ufeff"  # without it the commonest spreadsheet does not take the file for UTF-8
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def spreadsheet(name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A CSV file to download, named `name`, with these heads over its columns."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(heads)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    answer = Response(BYTE_ORDER_MARK + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def harmless(cell: object) -> object:
    """Text that a spreadsheet would calculate gets an apostrophe in front. Numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(STARTS_A_FORMULA) else cell
