"""One sentence of a milestone: whether it says what somebody did that a second person could see.

Who stands before an act does it, or is named behind "by". What sellers do counts for nothing; what buyers say counts
where it can be written down.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from playbook.kinds.lints import vocabulary as known
from playbook.kinds.lints.acts import Act, acts_in

LONGEST = 500  # characters of a sentence that are looked at

WORD = re.compile(r"\d[\d.,%]*k?|[£$€]\d[\d.,]*|[^\W\d_]+(?:[’'/-][^\W\d_]+)*['’]?|[,;:.()—–\"“”]")
IN_WRITING = re.compile(
    r"\bin (?:writing|(?:their|his|her) (?:own )?(?:words|figures)|"
    r"(?:a|an|the|their|his|her) (?:memo|letter|e-?mail|message|minutes|circular|report|notice))\b|[\"“][^\"”]+[\"”]"
)
SENT_BY = re.compile(r"\bby (?:e-?mail|message|letter|post|text)\b")
HEDGED = re.compile(r"\bin principle\b|\bverbal(?:ly)?\b|\binformally\b|\btentatively\b|\bmore or less\b")
AGAINST = re.compile(r"\bagainst (?:a )?(?:signature|receipt)\b|\bby the (?:buyer|customer|client)")
IN_THEIRS = re.compile(
    r"\b(?:in|on|into|from) (?:the |their |its |his |her )?(?:\w+ )?(?:buyer|customer|client|prospect)\b|"
    r"\b(?:in|on|into) their\b"
)
MEASURED = re.compile(
    r"\b(?:scores?|scored|reach(?:es|ed)|exceeds?|exceeded|fell|falls|rose|stays?|stayed)\b.*\d"
)
ENDS = frozenset(";:.()—–")


@dataclass(frozen=True)
class Wording:
    """What a sentence is made of. `vague` are its words for what nobody can see, in order."""

    vague: tuple[str, ...]
    is_observable: bool
    is_ours_alone: bool  # the only acts in it are the seller's, or nobody's


def read(sentence: str) -> Wording:
    """Look at one sentence."""
    text = " ".join(sentence[:LONGEST].replace("’", "'").split())
    words = [word.casefold() for word in WORD.findall(text)]
    lower = text.casefold()
    vague = tuple(dict.fromkeys(word for word in words if word in known.VAGUE))
    vague += tuple(phrase for phrase in known.VAGUE_PHRASES if phrase in lower)
    acts = acts_in(words)
    theirs = any(_is_theirs(words, acts, number, lower) for number in range(len(acts)))
    ours = _is_ours(words[: _first_verb(words, acts)]) or any(act.is_passive for act in acts)
    return Wording(
        vague=vague,
        is_observable=theirs or _is_on_record(words) or _is_document(words) or bool(MEASURED.search(lower)),
        is_ours_alone=ours and not theirs,
    )


def _is_theirs(words: Sequence[str], acts: Sequence[Act], number: int, lower: str) -> bool:
    """Whether an act is one of the buyer's side, or of somebody else who is not us, that can be looked up."""
    act = acts[number]
    rest = _rest(words, act.place)
    if HEDGED.search(lower) and not _is_kept(lower):
        return False
    if not act.is_real or (
        set(rest[:5]) & known.ABSTRACT and act.lemma in known.LIGHT and not _is_kept(lower)
    ):
        return False
    if act.is_passive:
        return _is_done_by_them(words, act, rest, lower)
    subject = _subject(words, acts, number)
    if act.lemma not in known.ACTS | known.SPEECH | known.WRITTEN and set(subject) & known.STATES:
        return False
    if _is_ours(subject):
        return act.lemma in known.CHECKS and bool(set(rest) & known.DOCUMENTS)
    if act.lemma in known.ARRIVALS:
        return bool(set(subject) & known.DOCUMENTS)
    if act.lemma in known.SPEECH | known.WRITTEN and set(rest) & known.VAGUE:
        return False
    if act.lemma == "ask" and rest[:1] and rest[0] in {"for", "us", "to", "our"}:
        return True
    if act.lemma in known.SPEECH:
        return _is_kept(lower) or bool(set(rest) & known.SPECIFIC) or any(each[:1].isdigit() for each in rest)
    return True


def _is_done_by_them(words: Sequence[str], act: Act, rest: Sequence[str], lower: str) -> bool:
    subject = words[_start_of_clause(words, act.place) : act.place]
    agent = _agent(rest)
    if agent:
        return not _is_ours(agent)
    if act.lemma == "receive" and not set(subject) & known.DOCUMENTS:
        return False
    if act.lemma in known.ONLY_THEIRS:
        return True
    if act.lemma in known.SPEECH:
        return _is_kept(lower)
    if set(subject) & known.THEIR_DOCUMENTS and not set(subject) & known.OUR_THINGS:
        return True
    return bool(AGAINST.search(lower) or IN_THEIRS.search(" ".join(rest)))


def _agent(rest: Sequence[str]) -> Sequence[str]:
    """Who does it: what stands behind "by"."""
    if "by" not in rest:
        return ()
    named = rest[rest.index("by") + 1 :][:6]
    first = next((word for word in named if word not in {"the", "a", "an"}), "")
    return () if first in known.NO_AGENT or first[:1].isdigit() else named


def _subject(words: Sequence[str], acts: Sequence[Act], number: int) -> Sequence[str]:
    """Who stands before a verb; before one that is only joined to another, whoever stands before that."""
    place = acts[number].place
    start = _start_of_clause(words, place)
    kept_out = (known.HAVE | known.BE | known.ADVERBS) - {"not"}
    held = [word for word in words[start:place] if word not in kept_out]
    if number and (not held or held == ["and"] or words[place - 1] in {"and", "or", ","}):
        return _subject(words, acts, number - 1)
    # "… and told us": whoever stands after the "and" acts.
    if "and" in held and number and any(act.place in range(start, place) for act in acts[:number]):
        held = held[len(held) - held[::-1].index("and") :]
    return held or words[:place]


def _start_of_clause(words: Sequence[str], place: int) -> int:
    for before in range(place - 1, -1, -1):
        if words[before] in ENDS or words[before] in known.BREAKS:
            return before + 1
    return 0


def _rest(words: Sequence[str], place: int) -> Sequence[str]:
    for after in range(place + 1, len(words)):
        if words[after] in ENDS and words[after] not in {"(", ")"}:
            return words[place + 1 : after]
    return words[place + 1 :]


def _is_ours(people: Sequence[str]) -> bool:
    """Whether those who act are the seller's: we, our engineers, the rep; not "our champion", not "not we"."""
    for number, word in enumerate(people):
        if word == "our" and not set(people[number + 1 : number + 4]) & known.OURS_BUT_THEIRS:
            return True
        if word in known.US and people[max(number - 1, 0)] != "not":
            return True
    named = set(people)
    is_seller = bool(named & known.SELLERS) or {"account", "executive"} <= named
    return is_seller and not named & known.THEIRS


def _first_verb(words: Sequence[str], acts: Sequence[Act]) -> int:
    helpers = (place for place, word in enumerate(words) if word in known.HAVE | known.BE | known.MODALS)
    return min([*helpers, *(act.place for act in acts), len(words)])


def _is_kept(lower: str) -> bool:
    return bool(IN_WRITING.search(lower) or SENT_BY.search(lower))


def _is_on_record(words: Sequence[str]) -> bool:
    """Whether something stands where it can be looked up: is on file, stands in their plan; their list has it."""
    for place, word in enumerate(words):
        if word not in known.STANDS | known.HOLDS:
            continue
        subject, after = words[_start_of_clause(words, place) : place], words[place + 1 : place + 9]
        is_our_thing = set(subject) & known.OUR_THINGS and not IN_THEIRS.search(" ".join(words[place:]))
        if not subject or _is_ours(subject) or is_our_thing:
            continue
        if word in known.STANDS and _leads_to_a_place(after):
            return True
        holds = word in known.HOLDS and set(subject) & (known.DOCUMENTS | known.PLACES)
        if holds and set(after) & (known.SPECIFIC | known.DOCUMENTS):
            return True
    return False


def _leads_to_a_place(after: Sequence[str]) -> bool:
    near = [word for word in after if word not in known.ADVERBS]
    inside = next((number for number, word in enumerate(near[:2]) if word in {"in", "on", "under"}), None)
    return inside is not None and bool(set(near[inside:]) & known.PLACES)


def _is_document(words: Sequence[str]) -> bool:
    """Whether the sentence names a paper and whom it is from: signed order from the buyer, email by the CFO."""
    for place, word in enumerate(words):
        if word in known.DOCUMENTS and place + 2 < len(words) and words[place + 1] in {"from", "by"}:
            before = set(words[:place])
            return not before & known.VAGUE and not _is_ours(words[place + 2 : place + 6])
    return False
