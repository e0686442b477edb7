"""Which kind a word means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from playbook.kinds import BY_FOLDER, KINDS, Kind


def _plain(name: str) -> str:
    return re.sub(r"[\s_]+", "-", name.strip().lower())


_NAMES = {_plain(name): kind for name, kind in KINDS.items()} | dict(BY_FOLDER)


def kind_called(name: str) -> Kind | None:
    """The kind of that name or folder, however it is spelled: tough_question, "Tough question", tough-questions."""
    return _NAMES.get(_plain(name))


def stated_kind(fields: Mapping[str, Any]) -> Kind | None:
    """The kind that `kind:` in a front matter names; None where it names none, or one that there is not."""
    stated = fields.get("kind")
    return kind_called(stated) if isinstance(stated, str) else None
