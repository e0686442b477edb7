"""Whether the index holds what the database says."""

from __future__ import annotations

from dataclasses import dataclass

from playbook.search import source
from playbook.search.engine import Damaged, Engine, Indexed
from playbook.search.text import SearchText


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that search would get wrong. Without an entry, it is about the whole index."""

    entry_id: int | None
    slug: str
    problem: str


def check(engine: Engine) -> list[Difference]:
    """Compare every entry. What is known to be stale does not count: search does not rely on it."""
    try:
        held = engine.ids()
        suspects = _compare(held, {text.entry_id: text for text in source.all_texts()})
        if not suspects:
            return []
        # Saves go on meanwhile, so what looks different is looked at once more.
        again = _compare(
            engine.ids(), {text.entry_id: text for text in source.texts(suspects)}, only=set(suspects)
        )
    except Damaged as damage:
        return [Difference(None, "", f"The index is damaged: {damage}.")]
    stale = source.stale().entries
    return [difference for entry_id, difference in sorted(again.items()) if entry_id not in stale]


def _compare(
    held: dict[int, Indexed], texts: dict[int, SearchText], *, only: set[int] | None = None
) -> dict[int, Difference]:
    found = {}
    for entry_id in sorted(held.keys() | texts.keys() if only is None else only):
        indexed, text = held.get(entry_id), texts.get(entry_id)
        slug = text.slug if text else ""
        if text is None and indexed is not None:
            found[entry_id] = Difference(entry_id, slug, "The index has it, but readers may not find it.")
        elif text is not None and indexed is None:
            found[entry_id] = Difference(entry_id, slug, "The index lacks it.")
        elif text is not None and indexed is not None and indexed.fingerprint != text.fingerprint:
            found[entry_id] = Difference(entry_id, slug, "The index holds another text of it.")
    return found
