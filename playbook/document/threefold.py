"""Three values of one field: what two people made of the one they both began from."""

from typing import Any, Final

from playbook.document.values import same


class _Sign:
    """Something that no field can hold."""

    def __init__(self, says: str) -> None:
        self.says = says

    def __repr__(self) -> str:
        return self.says


ABSENT: Final = _Sign("absent")
CLASH: Final = _Sign("clash")


def merge_values(base: Any, mine: Any, theirs: Any) -> Any:
    """The value that holds both changes, ABSENT where it is gone, CLASH where both cannot be.

    Mappings are merged key by key, rows by their `id`, lists of one length place by place.
    """
    if same(mine, theirs) or same(base, theirs):
        return mine
    if same(base, mine):
        return theirs
    if isinstance(mine, dict) and isinstance(theirs, dict):
        return _mappings(base if isinstance(base, dict) else {}, mine, theirs)
    if isinstance(mine, list) and isinstance(theirs, list) and isinstance(base, list):
        named = [_by_id(rows) for rows in (base, mine, theirs)]
        if all(rows is not None for rows in named):
            merged = _mappings(*named)
            return merged if merged is CLASH else list(merged.values())
        if len(base) == len(mine) == len(theirs):
            items = [merge_values(*three) for three in zip(base, mine, theirs, strict=True)]
            return CLASH if any(item is CLASH for item in items) else items
    return CLASH


def together(mine: Any, theirs: Any) -> Any:
    """Both values as one: the items of both lists, the lines of both texts; CLASH for what cannot be both."""
    if isinstance(mine, list) and isinstance(theirs, list):
        return [*mine, *(item for item in theirs if not any(same(item, known) for known in mine))]
    if isinstance(mine, str) and isinstance(theirs, str):
        return mine.rstrip() + ("\n" if "\n" in mine.strip() + theirs.strip() else " ") + theirs.lstrip()
    return CLASH


def _mappings(base: Any, mine: Any, theirs: Any) -> Any:
    merged: dict[str, Any] = {}
    for name in in_order(list(mine), list(theirs)):
        value = merge_values(base.get(name, ABSENT), mine.get(name, ABSENT), theirs.get(name, ABSENT))
        if value is CLASH:
            return CLASH
        if value is not ABSENT:
            merged[name] = value
    return merged


def _by_id(rows: list[Any]) -> dict[str, Any] | None:
    """The rows by their ids, where each has one of its own."""
    if not all(isinstance(row, dict) and isinstance(row.get("id"), str | int) for row in rows):
        return None
    found = {str(row["id"]): row for row in rows}
    return found if len(found) == len(rows) else None


def in_order(mine: list[str], theirs: list[str]) -> list[str]:
    """All names: mine in my order, those only they have behind the name that stands above them there."""
    names = list(mine)
    place = 0
    for name in theirs:
        if name in mine:
            place = names.index(name) + 1
        else:
            names.insert(place, name)
            place += 1
    return names
