"""The forms of a page as a browser without JavaScript fills them in and sends them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser

from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.world import Browser

# Inputs that send nothing unless somebody presses or picks them.
SILENT = {"submit", "button", "image", "file", "reset"}


@dataclass
class Form:
    """One form of a page: where it goes, and what it would send now."""

    action: str
    method: str
    values: MultiDict[str, str] = field(default_factory=MultiDict)

    def send(self, browser: Browser, *, button: str = "", **typed: str | list[str]) -> TestResponse:
        """Type into some fields ("__" stands for "."), press a button, and send the form."""
        for name, value in typed.items():
            self.values.setlist(name.replace("__", "."), value if isinstance(value, list) else [value])
        if button:
            self.values["action"] = button
        return browser.client.open(self.action, method=self.method.upper(), data=self.values)


def form_of(answer: TestResponse, action: str = "") -> Form:
    """The form of a page that goes to an address that ends so."""
    reader = _Reader()
    reader.feed(answer.text)
    found = [form for form in reader.forms if form.method == "post" and form.action.endswith(action)]
    assert found, f"no form goes to {action}"
    return found[0]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.inside = False
        self.textarea: tuple[str, list[str]] | None = None
        self.select: tuple[str, list[tuple[str, bool]]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(action=given.get("action", ""), method=given.get("method", "get")))
            self.inside = True
        elif not self.inside:
            return
        elif tag == "option" and self.select is not None:
            self.select[1].append((given.get("value", ""), "selected" in given))
        elif not given.get("name") or "disabled" in given:
            return
        elif tag == "textarea":
            self.textarea = (given["name"], [])
        elif tag == "select":
            self.select = (given["name"], [])
        elif tag == "input":
            self.take_input(given)

    def take_input(self, given: dict[str, str]) -> None:
        sort, value = given.get("type", "text"), given.get("value", "")
        if sort in SILENT or (sort in {"checkbox", "radio"} and "checked" not in given):
            return
        if sort in {"checkbox", "radio"}:
            value = given.get("value", "on")
        elif sort == "hidden":
            value = lines(value)
        elif sort == "date":
            value = day(value)
        else:
            value = value.replace("\r", "").replace("\n", "")
        self.forms[-1].values.add(given["name"], value)

    def handle_data(self, data: str) -> None:
        if self.textarea is not None:
            self.textarea[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "textarea" and self.textarea is not None:
            name, parts = self.textarea
            self.forms[-1].values.add(name, lines("".join(parts).removeprefix("\n")))
            self.textarea = None
        elif tag == "select" and self.select is not None:
            name, options = self.select
            chosen = [value for value, selected in options if selected] or [value for value, _ in options[:1]]
            for value in chosen:
                self.forms[-1].values.add(name, value)
            self.select = None


def lines(text: str) -> str:
    """Line ends as browsers send them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")


def day(text: str) -> str:
    """A date field shows nothing at all where its value is no date."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""
