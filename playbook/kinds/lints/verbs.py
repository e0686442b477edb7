"""Verbs as they stand in a sentence, and what they are forms of."""

from __future__ import annotations

from functools import cache

from playbook.kinds.lints import vocabulary as known


def lemma_of(word: str) -> str:
    """The verb that a word is a form of; nothing where it is none that is known."""
    return _forms().get(word, "")


def is_past(word: str) -> bool:
    """Whether a verb tells what has been done."""
    return word in known.IRREGULAR or word.endswith("ed")


@cache
def _forms() -> dict[str, str]:
    found = dict(known.IRREGULAR)
    for lemma in known.ACTS | known.SPEECH | known.WRITTEN:
        for form in (*_pasts(lemma), _third(lemma), lemma):
            found.setdefault(form, lemma)
    return found


def _pasts(lemma: str) -> tuple[str, ...]:
    if lemma.endswith("e"):
        return (f"{lemma}d",)
    if lemma.endswith("y") and lemma[-2] not in "aeiou":
        return (f"{lemma[:-1]}ied",)
    return (f"{lemma}ed", f"{lemma}{lemma[-1]}ed")


def _third(lemma: str) -> str:
    if lemma.endswith("y") and lemma[-2] not in "aeiou":
        return f"{lemma[:-1]}ies"
    return f"{lemma}es" if lemma.endswith(("s", "x", "ch", "sh")) else f"{lemma}s"
