"""Tables as Markdown can hold them: a first row of headings, as many cells in each row, words in each cell."""

from bs4 import BeautifulSoup, NavigableString, Tag

from playbook.markdown.pasting.reading import BLOCKS

# Cells that one cell may stand for; a hostile page could say a billion.
MOST_SPANNED = 50


def square(tree: BeautifulSoup) -> None:
    """Bring every table into that form. One that only lays a page out gives way to what it holds."""
    for table in reversed(tree.find_all("table")):  # the inner ones first
        rows = _filled(_grid(table))
        if table.find_parent("li") is not None:
            _line_by_line(tree, table, rows)
            continue
        if len(rows) * max((len(row) for row in rows), default=0) <= 1 or table.find("table"):
            _give_way(table)
            continue
        made = tree.new_tag("table")
        for place, cells in enumerate(rows):
            row = tree.new_tag("tr")
            for cell in cells:
                fresh = tree.new_tag("td" if place else "th")
                if cell is not None:
                    _flatten(cell)
                    fresh.extend(list(cell.contents))
                row.append(fresh)
            made.append(row)
        table.replace_with(made)


def _grid(table: Tag) -> list[list[Tag | None]]:
    """The cells by row and column; None where there is none, or where another reaches to."""
    rows = [row for row in table.find_all("tr") if row.find_parent("table") is table]
    taken: dict[tuple[int, int], Tag | None] = {}
    for y, row in enumerate(rows):
        x = 0
        for cell in row.find_all(["td", "th"], recursive=False):
            while (y, x) in taken:
                x += 1
            for down in range(min(_span(cell, "rowspan"), len(rows) - y)):
                for across in range(_span(cell, "colspan")):
                    taken.setdefault((y + down, x + across), None)
            taken[y, x] = cell
    width = max((x for _, x in taken), default=-1) + 1
    return [[taken.get((y, x)) for x in range(width)] for y in range(len(rows))]


def _filled(grid: list[list[Tag | None]]) -> list[list[Tag | None]]:
    """Without the rows and columns in which nothing is said."""
    rows = [row for row in grid if any(_says(cell) for cell in row)]
    used = [x for x in range(len(rows[0])) if any(_says(row[x]) for row in rows)] if rows else []
    return [[row[x] for x in used] for row in rows]


def _says(cell: Tag | None) -> bool:
    return cell is not None and bool(cell.get_text(strip=True))


def _span(cell: Tag, name: str) -> int:
    said = str(cell.get(name, ""))
    return min(max(int(said), 1), MOST_SPANNED) if said.isascii() and said.isdigit() and len(said) < 6 else 1


def _flatten(cell: Tag) -> None:
    """One line of words: what stood on lines of its own is set apart by a space, items by a semicolon."""
    items = cell.find_all("li")
    last = items[-1] if items else None
    for part in reversed(cell.find_all([*BLOCKS, "br", "code"])):  # the inner ones first
        if part.name == "li" and part is not last:
            part.append(NavigableString("; "))
        elif part.name != "code" and not (part.parent is not None and part.parent.name == "li"):
            part.append(NavigableString(" "))
        part.unwrap()


def _line_by_line(tree: BeautifulSoup, table: Tag, rows: list[list[Tag | None]]) -> None:
    """In an item a table cannot be said: each row is a line of its own."""
    for cells in rows:
        line = tree.new_tag("p")
        for cell in (cell for cell in cells if cell is not None and _says(cell)):
            _flatten(cell)
            line.extend([*([NavigableString("; ")] if line.contents else []), *list(cell.contents)])
        table.insert_before(line)
    table.decompose()


def _give_way(table: Tag) -> None:
    for part in table.find_all(["tr", "td", "th", "thead", "tbody", "tfoot"]):
        if part.find_parent("table") is table:
            if part.name in ("td", "th"):
                part.name = "div"
                part.attrs = {}
            else:
                part.unwrap()
    table.unwrap()
