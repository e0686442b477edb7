"""The forms of a page as a browser without JavaScript fills them in and sends them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

import html5lib
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.world import Browser


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
    found = [form for form in forms(answer.text) if form.method == "post" and form.action.endswith(action)]
    found = [form for form in found if action or form.action != "/sign-out"]
    assert found, f"no form goes to {action}"
    return found[0]


def forms(page: str) -> Iterator[Form]:
    for element in html5lib.parse(page, namespaceHTMLElements=False).iter("form"):
        form = Form(action=element.get("action", ""), method=element.get("method", "get"))
        for control in element.iter():
            for value in values(control):
                form.values.add(control.get("name", ""), value)
        yield form


def values(control: Element) -> Iterator[str]:
    """What one control sends while nobody touches it."""
    if not control.get("name") or control.get("disabled") is not None:
        return
    match control.tag, control.get("type", "text"):
        case "textarea", _:
            # The parser has dropped the first line end already, as browsers do.
            yield lines(control.text or "")
        case "select", _:
            options = list(control.iter("option"))
            chosen = [option for option in options if option.get("selected") is not None] or options[:1]
            for option in chosen:
                yield option.get("value", "".join(option.itertext()))
        case "input", "checkbox" | "radio":
            if control.get("checked") is not None:
                yield control.get("value", "on")
        case "input", "submit" | "button" | "image" | "file" | "reset":
            return
        case "input", "date":
            yield date(control.get("value", ""))
        case "input", "hidden":
            yield lines(control.get("value", ""))
        case "input", _:
            yield control.get("value", "").replace("\r", "").replace("\n", "")


def lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")


def date(text: str) -> str:
    """A date field shows nothing at all where its value is no date."""
    from datetime import date as day

    try:
        return day.fromisoformat(text).isoformat()
    except ValueError:
        return ""
