"""Words that stand in a draft, a proposed version, a retired entry, a restricted one, and comments on each of them:
whoever may not see them finds them at no address, in no header, under no search, and in no count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from playbook import agreeing, clock, talking
from playbook.db import db
from playbook.kinds import KINDS
from playbook.models import Comment, Entry, Notice, Role, Scope, Signer, Team, Token, User
from playbook.models.permission import GRANTS
from playbook.work import saving
from tests.kinds.samples import minimum
from tests.routes import Route, routes
from tests.security.test_hidden import differences, everything_said, news, steady
from tests.world import Browser, World

Browse = Callable[[str], Browser]

# One word for each thing that is hidden, each as long as the others, and one that stands nowhere.
DRAFT, ABOVE, PROPOSED, RESTRICTED, RETIRED = "xylofern", "xylomoss", "xylobark", "xyloroot", "xyloleaf"
NOWHERE = "xylonone"
SAID_OF = {word: word.replace("xylo", "ytri") for word in (DRAFT, ABOVE, PROPOSED, RESTRICTED, RETIRED)}
WHY_NOT = "zirkbark"  # the reason of somebody who did not agree to what is proposed

WRITERS = frozenset({"cleo", "milo", "dana", "ada"})
ONLY_READERS = frozenset({"", "ana", "nia"})  # who has no business with what is retired
FOR_TWO = frozenset({"dana", "ada"})
# Who may see the words, and what was said of them. What is retired was everybody's to read: its own address still
# says what became of it, and nothing else does.
MAY = {
    **dict.fromkeys((DRAFT, ABOVE, PROPOSED), WRITERS),
    **{SAID_OF[word]: WRITERS for word in (DRAFT, ABOVE, PROPOSED)},
    WHY_NOT: WRITERS,
    **dict.fromkeys((RESTRICTED, SAID_OF[RESTRICTED]), FOR_TWO),
}
ROLES = {
    "": None,
    "ana": Role.REP,
    "nia": Role.ANALYST,
    "cleo": Role.CONTRIBUTOR,
    "milo": Role.MARKETER,
    "dana": Role.MARKETER,
    "ada": Role.ADMIN,
}


def with_word(word: str) -> dict[str, Any]:
    """The word in every place that a text has."""
    return {
        "title": f"The {word} plan",
        "summary": f"About the {word}.",
        "tags": [word, "pricing"],
        "personas": [f"{word}-persona"],
        "aside": f"{word} in a field of no form",
        "body": f"## On {word}\n\nWords on the {word}, see [[{word}-target]], [[price]] and [[cost]].\n",
    }


@pytest.fixture
def playbook(world: World) -> World:
    """What everybody may see."""
    with world.context(), saving():
        nia = User.invite(email="nia@example.com", name="Nia Holt", role=Role.ANALYST, team=Team.OTHER)
        world.people["nia"] = nia.id
    world.write("price", body="The price, see [[cost]].\n", tags=["pricing"], by="milo")
    world.write("cost", body="The cost, see [[price]].\n", tags=["pricing"], by="milo")
    world.write("buyer", kind="persona", **{**minimum(KINDS["persona"]), "title": "The buyer"})
    for number in range(8):  # so many that the shelf can be narrowed
        world.write(f"discount-{number}", body="See [[price]].\n", tags=["pricing"], personas=["buyer"])
    return world


def hide_from_readers(world: World) -> None:
    """A draft, a draft above an agreed text, and a proposed version, with what was said of each."""
    world.write(f"{DRAFT}-plan", by="cleo", released=False, **with_word(DRAFT))
    world.revise("price", by="cleo", released=False, **with_word(ABOVE))
    world.write("gone", body="To be agreed.\n", by="cleo", released=False)
    world.revise("cost", by="cleo", released=False, **{**with_word(PROPOSED), "links": []})
    with world.context(), saving():
        proposed = world.entry("cost")
        db.session.execute(sa.text("DELETE FROM link WHERE version_id = :id"), {"id": proposed.latest_id})
    for slug, word in ((f"{DRAFT}-plan", DRAFT), ("price", ABOVE), ("cost", PROPOSED)):
        say(world, slug, f"What of {SAID_OF[word]}, @ana.ruiz and @nia.holt?")
    with world.context(), saving():
        agreeing.propose(world.entry("cost"), by=world.person("cleo"), note=f"For {PROPOSED}.")
    with world.context(), saving():
        entry = world.entry("cost")
        agreeing.disagree(
            entry,
            by=world.person("dana"),
            team=Signer.OWNER,
            hash=entry.newest.hash,
            reason=f"Not for {WHY_NOT}.",
        )


def hide_from_most(world: World) -> None:
    """An entry that is for Dana, with what she said of it."""
    named = {"audience": "restricted", "owner": "dana.okafor"}
    world.write(f"{RESTRICTED}-plan", by="dana", **{**with_word(RESTRICTED), **named})
    say(
        world,
        f"{RESTRICTED}-plan",
        f"What of {SAID_OF[RESTRICTED]}, @ana.ruiz, @cleo.marsh and @milo.brandt?",
    )


def put_away(world: World) -> None:
    """An entry that was agreed, talked about, and retired."""
    world.write(f"{RETIRED}-plan", by="milo", **with_word(RETIRED))
    say(world, f"{RETIRED}-plan", f"What of {SAID_OF[RETIRED]}?")
    with world.context(), saving():
        world.entry(f"{RETIRED}-plan").retire(by=world.person("milo"), reason="It is over.")


def say(world: World, slug: str, words: str) -> None:
    """Dana says something about the newest version."""
    with world.context(), saving():
        entry = world.entry(slug)
        talking.say(entry, entry.newest, by=world.person("dana"), words=words)


@dataclass(frozen=True)
class Asked:
    """One request, and the words that whoever asks has put into it."""

    address: str
    by_script: bool = False


def addresses(app: Flask, world: World) -> Iterator[Asked]:
    """Every address, with everything that is there to ask for, in many ways of asking."""
    with world.context():
        slugs = list(db.session.scalars(sa.select(Entry.slug).where(~Entry.slug.contains("discount"))))
        most = max(
            db.session.scalar(sa.select(sa.func.count()).select_from(t)) or 0 for t in (Comment, Notice)
        )
        ids = range(1, most + 2)
    for route in routes(app):
        if route.writes:
            continue
        for address in sorted({*concrete(route, app, [*slugs, "discount-1"], ids)}):
            yield Asked(address)
            if "<slug" not in route.rule or "/price" in address:
                yield Asked(address, by_script=True)
            yield from (Asked(address + query) for query in queries(route))


def concrete(route: Route, app: Flask, slugs: Iterable[str], ids: Iterable[int]) -> Iterator[str]:
    """The addresses of one route."""
    at = route.address
    if "<slug:slug>" in route.rule:
        for slug in slugs:
            kind = "personas" if slug == "buyer" else "notes"
            made = at.replace("/notes/price", f"/{kind}/{slug}").replace("/to/price", f"/to/{slug}")
            made = made.replace("/entries/price", f"/entries/{slug}")
            yield from (made.replace("versions/1", f"versions/{number}") for number in (1, 2))
    elif "<number:id>" in route.rule:
        yield from (at.replace("/1", f"/{number}") for number in ids)
    else:
        yield at


def queries(route: Route) -> Iterator[str]:
    today = clock.now().date()
    if "<slug:slug>" in route.rule:
        if route.rule.endswith(("<slug:slug>", ".md")):
            yield from ("?version=1", "?version=2", f"?as_of={today}", "?as=document")
        if route.rule.endswith("diff"):
            yield from ("?from=1&to=2", "?from=2&to=1", "?to=2")
    elif not route.rule.startswith("/you") and ("<" not in route.rule or "folder:kind" in route.rule):
        yield from ("?q=pricing", f"?q=pricing&as_of={today}", f"?as_of={today - timedelta(days=1)}")
        yield from ("?q=pricing&tag=pricing", "?status=proposed", "?status=draft", "?page=2", "?q=xylo")
        for word in (DRAFT, ABOVE, PROPOSED, RESTRICTED, RETIRED):
            yield from (f"?q={word}", f"?q=pricing&tag={word}", f"?persona={word}-persona", f"?thing={word}")


def ask(client: FlaskClient, asked: Asked, token: str = "") -> TestResponse:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if asked.by_script:
        headers["HX-Request"] = "true"
    return client.get(asked.address, headers=headers)


def told(answer: TestResponse) -> str:
    """All of an answer, its headers too."""
    return f"{answer.status}\n{answer.headers}\n{answer.text}"


def same(answer: TestResponse, word: str) -> str:
    """An answer without what is new in each, and with the word that was asked for taken out."""
    headers = {name: value for name, value in answer.headers if name not in {"Set-Cookie", "Content-Length"}}
    body = re.sub(r'\s*<div class="toast\b.*?</div>', "", answer.text)  # said once, of what was done before
    return steady(f"{answer.status} {headers} {body}").replace(word, "…").replace(word.capitalize(), "…")


def own(asked: Asked, world: World) -> bool:
    """Whether this is an address of the retired entry itself, or of what was said of it."""
    if RETIRED in asked.address:
        return True
    with world.context():
        entry_id = world.entry(f"{RETIRED}-plan").id
        said = db.session.scalars(sa.select(Comment.id).where(Comment.entry_id == entry_id))
        return asked.address in {f"/e/{entry_id}", *(f"/comments/{number}" for number in said)}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("person", list(ROLES))
def test_nobody_finds_a_word_that_is_not_theirs_to_see(
    app: Flask, playbook: World, browse: Browse, person: str
) -> None:
    hide_from_readers(playbook)
    hide_from_most(playbook)
    put_away(playbook)
    secrets = [word for word, people in MAY.items() if person not in people]
    gone = (RETIRED, SAID_OF[RETIRED])
    client, token = browse(person).client, ""
    if person:
        with playbook.context(), saving():
            _, token = Token.make(playbook.person(person), name="t", scope=Scope.ADMIN, by=None)
    typed = [*secrets, RETIRED]
    found: list[str] = []
    seen: set[str] = set()
    count = 0
    # What somebody asked for stands on pages about what they asked for: so words are asked for last.
    every = sorted(addresses(app, playbook), key=lambda asked: "xylo" in asked.address)
    calendar = re.search(r"/calendar/[^\s\"<]+\.ics", client.get("/you/calendar").text)
    assert (calendar is not None) == bool(person)
    if calendar is not None:
        every.insert(0, Asked(calendar[0]))
    for asked in every:
        for proof in ["", token] if token and asked.address.startswith("/api/") else [""]:
            answer = ask(client, asked, proof)
            count += 1
            assert answer.status_code < 500, asked
            echoed = {word for word in typed if word in asked.address}
            seen |= {word for word in (*MAY, *gone) if word in told(answer) and word not in asked.address}
            unseen = {*secrets, *(gone if person in ONLY_READERS and not own(asked, playbook) else ())}
            found += [
                f"{asked}: {line_with(word, answer)}" for word in unseen - echoed if word in told(answer)
            ]
            for word in echoed & set(secrets):
                other = Asked(asked.address.replace(word, NOWHERE), asked.by_script)
                here, there = same(answer, word), same(ask(client, other, proof), NOWHERE)
                if here != there:
                    found.append(f"{asked}: is not answered as what is nowhere: {news(there, here)}")
    assert found == []
    assert count > 500
    theirs = {word for word, people in MAY.items() if person in people}
    assert seen - set(gone) == theirs, "whoever may see a word does"


def line_with(word: str, answer: TestResponse) -> str:
    return next((line.strip()[:160] for line in told(answer).splitlines() if word in line), "")


def open_to(role: Role, app: Flask) -> list[Route]:
    """What somebody of that role may ask for, but for what grows with each request, and comments by their numbers."""
    may = GRANTS[role]
    return [
        route
        for route in routes(app)
        if not route.writes
        and (route.allows is None or route.allows in may)
        and route.endpoint not in {"held.file", "comments.show"}
    ]


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("person", "hide"),
    [
        ("ana", hide_from_readers),
        ("nia", hide_from_readers),
        ("ana", put_away),
        ("nia", put_away),
        ("ana", hide_from_most),
        ("cleo", hide_from_most),
        ("milo", hide_from_most),
    ],
)
def test_with_and_without_it_every_page_says_and_counts_the_same(
    app: Flask, playbook: World, browse: Browse, person: str, hide: Callable[[World], None]
) -> None:
    role = ROLES[person]
    assert role is not None
    browser, of = browse(person), open_to(role, app)
    everything_said(browser, of)  # a page that is opened for the first time is counted, and tells so
    before = everything_said(browser, of)

    hide(playbook)

    assert len(before) > 100
    assert differences(before, everything_said(browser, of)) == []
