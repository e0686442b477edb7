"""Neighbouring blocks that are read together become one section of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from playbook.kinds import Reads
from playbook.web.reading.blocks import Block, Trait


@dataclass(frozen=True)
class Section:
    """What stands together. `form` names the partial in `entries/fields/` that shows it."""

    form: str
    blocks: tuple[Block, ...]

    @property
    def block(self) -> Block:
        """The only block of a section that has one."""
        return self.blocks[0]

    @property
    def traits(self) -> tuple[Trait, ...]:
        return tuple(trait for block in self.blocks for trait in block.traits)


def sections(blocks: Sequence[Block]) -> list[Section]:
    """The sections of a page, in the order of the blocks.

    Words to say stand together, so do traits; words to use stand beside the words to leave; short
    paragraphs and lists share a line. Everything else stands alone.
    """
    return list(_sections(blocks))


def _sections(blocks: Sequence[Block]) -> Iterator[Section]:
    place = 0
    while place < len(blocks):
        for form, belongs, least in (
            ("saying", _is_said, 1),
            ("traits", _is_trait, 1),
            ("beside", _is_brief, 2),
        ):
            run = _run(blocks[place:], belongs)
            if len(run) >= least:
                yield Section(form, run)
                place += len(run)
                break
        else:
            width = 2 if _is_words(blocks[place : place + 2]) else 1
            form = "words" if width == 2 else blocks[place].form
            yield Section(form, tuple(blocks[place : place + width]))
            place += width


def _run(blocks: Sequence[Block], belongs: Callable[[Block], bool]) -> tuple[Block, ...]:
    run: list[Block] = []
    for block in blocks:
        if not belongs(block):
            break
        run.append(block)
    return tuple(run)


def _is_said(block: Block) -> bool:
    return block.reads in {Reads.SAY, Reads.ANSWER}


def _is_trait(block: Block) -> bool:
    return block.reads is Reads.TRAIT


def _is_brief(block: Block) -> bool:
    return block.is_brief


def _is_words(pair: Sequence[Block]) -> bool:
    return (
        len(pair) == 2
        and pair[0].reads is Reads.SPOKEN
        and pair[1].reads is Reads.DONT
        and pair[1].declared.spoken
    )
