"""The acts in a sentence: its verbs that tell of something done, and to whom.

There is no grammar here, only what mostly holds in short English sentences: after "has" somebody acts, after "is"
something is done; a verb in -ed without anything behind it is done to whatever stands before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from playbook.kinds.lints import vocabulary as known
from playbook.kinds.lints.verbs import is_past, lemma_of

MARKS = frozenset(',;:.()—–"“”')


@dataclass(frozen=True)
class Act:
    """A verb in a sentence: where it stands, its lemma, and whether something is done to its subject."""

    place: int
    lemma: str
    is_passive: bool
    is_real: bool = True  # not "would", not "to"


def acts_in(words: Sequence[str]) -> list[Act]:
    """The acts in a sentence, in order; `words` are small and hold the marks between them."""
    found: list[Act] = []
    for place, word in enumerate(words):
        lemma = lemma_of(word) or _unknown(words, place)
        if not lemma:
            continue
        made = _act(words, place, word, lemma)
        if made is not None:
            found.append(made)
    # "chosen two and marked them": what joins an act that is done is done by the same people.
    for number, act in enumerate(found[1:], start=1):
        before = found[number - 1]
        if act.is_passive and not before.is_passive and words[act.place - 1] in {"and", "or", "but"}:
            found[number] = replace(act, is_passive=False, is_real=before.is_real)
    return found


def _act(words: Sequence[str], place: int, word: str, lemma: str) -> Act | None:
    helper = _helper(words, place)
    after = words[place + 1] if place + 1 < len(words) else ""
    if helper in known.MODALS:
        return Act(place, lemma, is_passive=False, is_real=False)
    if helper in known.BE:
        return Act(place, lemma, is_passive=True) if is_past(word) else None
    if helper in known.HAVE:
        return Act(place, lemma, is_passive=False)
    before = words[place - 1] if place else ""
    if after in known.PARTICLES or (after == "in" and lemma in known.FILLED_IN):
        after = words[place + 2] if place + 2 < len(words) else ""
    if not is_past(word):  # "names" may be a noun
        begins = _begins_object(after) or lemma in known.SPEECH | known.WRITTEN
        begins = begins or (word.endswith("s") and lemma not in known.NOUNS)
        follows = word.endswith("s") or before.endswith("s")
        follows = follows and before not in known.PREPOSITIONS | MARKS | known.NUMBERS | known.BEFORE_NOUNS
        return Act(place, lemma, is_passive=False) if place and begins and follows else None
    if not place or before in known.BEFORE_NOUNS:
        return None  # "Signed NDA", "the named sponsor": of what it is, not what happens
    if word in known.SIMPLE_PASTS:
        return Act(place, lemma, is_passive=False)
    without_object = not after or after in MARKS | known.PREPOSITIONS | known.ADVERBS | {"and", "or"}
    without_object = without_object or after.endswith("ly")
    says = lemma in {"ask", "say"} and after in {"for", "no", "yes"}
    return Act(place, lemma, is_passive=without_object and lemma not in known.WITHOUT_OBJECT and not says)


def _unknown(words: Sequence[str], place: int) -> str:
    """The word itself where it looks like an act nobody has listed: drilled the first row, has exported."""
    word = words[place]
    if not word.endswith("ed") or len(word) < 5 or word in known.UNSEEN | known.VAGUE:
        return ""
    after = words[place + 1 : place + 3]
    if after[:1] and after[0] in known.PARTICLES:
        after = after[1:]
    has_object = bool(after) and (
        after[0] in known.BEFORE_NOUNS - {"and", "of"} | known.NUMBERS or after[0][:1].isdigit()
    )
    return word if has_object or _helper(words, place) in known.HAVE else ""


def _helper(words: Sequence[str], place: int) -> str:
    for at in range(place - 1, max(place - 5, -1), -1):
        before = words[at]
        if before == "may" and words[at - 1][:1].isdigit():
            return ""  # 12 May
        if before in known.BE or before in known.HAVE or before in known.MODALS:
            return before
        if before not in known.ADVERBS and before != "been":
            return ""
    return ""


def _begins_object(word: str) -> bool:
    return word in known.BEFORE_OBJECTS or word[:1].isdigit()
