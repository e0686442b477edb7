"""Telling people what concerns them."""

from playbook.telling.notices import tell

__all__ = ["tell"]
