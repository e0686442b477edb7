"""Notices in plain words: one sentence each, with the title of the entry in it."""

from __future__ import annotations

from dataclasses import dataclass

from playbook.models import About, Notice

SOMEBODY = "Somebody"

# What stands before and behind the title. {who} is a name, {version} "version 4", or "it" where none is named.
WORDS: dict[About, tuple[str, str]] = {
    About.TO_SIGN: ("{who} asks for your signature under {version} of ", "."),
    About.MENTION: ("{who} mentions you in a comment on ", "."),
    About.NOT_AGREED: ("{who} did not agree to {version} of ", "."),
    About.COUNTER: ("{who} proposes something else for ", ": {version}."),
    About.VOIDED: ("{who} wrote a newer text of ", ", so nobody can sign the one you proposed any more."),
    About.STILL_TRUE: ("Is ", " still true? Something that it links to is about to change."),
    About.REVIEW_DUE: ("", " is due to be looked at again."),
    About.CLAIM: ("In ", " a claim runs out soon, or has run out."),
    About.COMMENT: ("{who} commented on ", "."),
    About.PROPOSED: ("{who} proposes to change ", ", which you answer for."),
    About.AGREED: ("", " is agreed: readers see {version}."),
    About.RETIRED: ("{who} retired ", "."),
}
# Where somebody asks, rather than the calendar.
ASKED = {About.REVIEW_DUE: ("{who} asks you to look again at ", ".")}


@dataclass(frozen=True)
class Sentence:
    """A sentence about an entry, in three pieces, so that a page can set the title apart."""

    before: str
    title: str
    after: str

    def __str__(self) -> str:
        return f"{self.before}{self.title}{self.after}"


def said(notice: Notice) -> Sentence:
    """What the notice says, for somebody who may read what it is about."""
    words = ASKED.get(notice.about) if notice.by is not None else None
    before, after = words or WORDS[notice.about]
    named = {
        "who": on_one_line(notice.by.name) if notice.by is not None else SOMEBODY,
        "version": f"version {notice.version.number}" if notice.version is not None else "a new version",
    }
    return Sentence(before.format(**named), on_one_line(notice.entry.title), after.format(**named))


def on_one_line(text: str) -> str:
    """A title as it can stand in a sentence, or in the head of a mail."""
    return " ".join(text.split())
