"""How a kind of entry is declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from playbook.kinds.field import Field
from playbook.kinds.shared import AFTER, BEFORE


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of entry."""

    name: str
    label: str
    plural: str
    folder: str  # in addresses and in exports
    icon: str
    about: str  # one sentence for the shelf and the chooser
    fields: tuple[Field, ...]
    signers: tuple[str, ...] = (
        "sales",
        "marketing",
    )  # whose signature makes a version agreed; "owner" is one
    clean_to_agree: tuple[str, ...] = ()  # the lints without advice before a version can be agreed
    review_months: int = 6
    body_label: str = "Text"
    body_help: str = "Markdown. Say first what is used first."
    body_spoken: bool = False  # the first section of the body is told aloud
    body_words: int | None = None  # at most so many in what is told aloud; advice while writing
    body_leads: bool = False  # the first section of the body is read before the fields
    lenient: bool = False  # takes whatever front matter it is given
    order_by: str = ""  # a number field that orders the shelf
    all_fields: tuple[Field, ...] = field(init=False)
    claiming: tuple[Field, ...] = field(init=False)  # the fields that make claims
    relation_at: Mapping[str, Field] = field(
        init=False, hash=False, compare=False
    )  # by dotted path: "felt_by.persona"

    def __post_init__(self) -> None:
        own = {declared.name for declared in self.fields}
        object.__setattr__(
            self,
            "all_fields",
            (*BEFORE, *self.fields, *(shared for shared in AFTER if shared.name not in own)),
        )
        object.__setattr__(
            self, "claiming", tuple(declared for declared in self.all_fields if declared.makes_claims)
        )
        found = {".".join(path): declared for path, declared in _relations(self.all_fields, ())}
        object.__setattr__(self, "relation_at", MappingProxyType(found))

    def field(self, name: str) -> Field | None:
        """The field of that name, shared ones included."""
        return next((declared for declared in self.all_fields if declared.name == name), None)


def _relations(fields: tuple[Field, ...], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Field]]:
    for declared in fields:
        here = (*path, declared.name)
        if declared.is_relation:
            yield here, declared
        yield from _relations(declared.fields, here)
