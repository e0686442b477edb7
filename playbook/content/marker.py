"""The file by which a folder is known for an export: what was written into it, and whether all of it was."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

NAME = ".playbook-export.json"
LAYOUT = 1  # raised when an export's folders or this file change their meaning


@dataclass(frozen=True)
class Marker:
    """`files` maps each path, with slashes, to the SHA-256 of what was written there.

    While an export is being written, `before` holds what an earlier one left.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    before: Mapping[str, str] = field(default_factory=dict)
    complete: bool = True

    @classmethod
    def of(cls, folder: Path) -> Marker | None:
        """The marker of a folder; none if it has none that can be understood."""
        try:
            kept = json.loads((folder / NAME).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        if not isinstance(kept, dict) or kept.get("playbook_export") != LAYOUT:
            return None
        files, before = kept.get("files"), kept.get("before", {})
        if not isinstance(files, dict) or not isinstance(before, dict):
            return None
        return cls(files, before, kept.get("complete") is True)

    def write(self, folder: Path) -> None:
        """Put it into the folder; equal exports have equal markers."""
        kept = {"playbook_export": LAYOUT, "complete": self.complete, "files": self.files}
        if not self.complete:
            kept["before"] = self.before
        text = json.dumps(kept, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        draft = folder / f"{NAME}.part"
        draft.write_text(text, encoding="utf-8")
        draft.replace(folder / NAME)

    def may_hold(self, path: str, hashed: str) -> bool:
        """Whether an export wrote this file, and nobody has changed it since."""
        return hashed in {self.files.get(path), self.before.get(path)}
