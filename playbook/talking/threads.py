"""The threads beside one version: each at its place in the text, wherever its passage stands by now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from playbook.document.anchoring import GONE, Anchors, Found, Passage
from playbook.kinds import Kind
from playbook.models import Version
from playbook.models.margin import Said
from playbook.talking.passages import words_of


@dataclass(frozen=True)
class Thread:
    """What somebody said, the answers to it, and the passage it is about.

    `now` is the passage as it stands in the version beside which it is shown; none where the comment is about
    the whole, or the passage is gone.
    """

    begun: Said
    answers: tuple[Said, ...]
    found: Found | None  # nothing where it is about the whole
    now: Passage | None

    @property
    def is_resolved(self) -> bool:
        return self.begun.comment.is_resolved

    @property
    def is_reworded(self) -> bool:
        """Whether the passage has other words now than it had."""
        return self.now is not None and self.now.quote != self.begun.comment.quote


@dataclass(frozen=True)
class Talk:
    """What is said about a version and those before it: open threads in the order of the text, then the resolved.

    `later` counts threads about versions after it, and `newest` is the last of those.
    """

    open: tuple[Thread, ...]
    resolved: tuple[Thread, ...]
    later: int
    newest: int


def talk(said: Sequence[Said], version: Version, *, kind: Kind, plain: str) -> Talk:
    """Threads made of what was said: `kind` and `plain`, the body in plain words, are those of the version."""
    begun = [each for each in said if each.comment.answers_id is None]
    answers: dict[int | None, list[Said]] = {}
    for each in said:
        answers.setdefault(each.comment.answers_id, []).append(each)
    anchors = Anchors(words_of(kind, version.fields, plain))
    here = [each for each in begun if each.number <= version.number]
    later = [each for each in begun if each.number > version.number]
    threads = [_thread(each, answers.get(each.comment.id, []), anchors) for each in here]
    threads.sort(key=_in_reading_order)
    return Talk(
        open=tuple(thread for thread in threads if not thread.is_resolved),
        resolved=tuple(thread for thread in threads if thread.is_resolved),
        later=sum(not each.comment.is_resolved for each in later),
        newest=max((each.number for each in later), default=version.number),
    )


def _thread(begun: Said, answers: Sequence[Said], anchors: Anchors) -> Thread:
    if not begun.comment.quote:
        return Thread(begun, tuple(answers), None, None)
    found = anchors.find(begun.comment.passage)
    now = Passage.at(anchors.text, found.start, found.end) if found != GONE else None
    return Thread(begun, tuple(answers), found, now)


def _in_reading_order(thread: Thread) -> tuple[bool, int, int]:
    place = thread.found.start if thread.found is not None and thread.now is not None else 0
    return thread.now is None, place, thread.begun.comment.id
