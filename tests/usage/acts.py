"""What people do with the playbook, and what was written down of it."""

from __future__ import annotations

import sqlalchemy as sa

from playbook import usage
from playbook.db import db
from playbook.models import EventType, SearchQuery, Surface, UsageEvent
from playbook.usage import Circumstances, Followed
from tests.world import World

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
BY_HAND = Circumstances.of("GET", {"User-Agent": FIREFOX})
SLACK = Circumstances.of("GET", {"User-Agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"})


def opens(
    world: World,
    who: str,
    slug: str,
    *,
    circumstances: Circumstances = BY_HAND,
    followed: Followed | None = None,
    version: int | None = None,
) -> None:
    """Somebody opens an entry: the version readers see, or one by its number."""
    with world.context():
        entry = world.entry(slug)
        seen = entry.version(version) if version else entry.agreed or entry.newest
        usage.record_view(
            entry, seen, reader=world.person(who), circumstances=circumstances, followed=followed
        )


def copies(
    world: World,
    who: str,
    slug: str,
    what: str = "answer_30s",
    *,
    type: EventType = EventType.COPY,
    circumstances: Circumstances = BY_HAND,
    surface: Surface = Surface.ENTRY,
    followed: Followed | None = None,
) -> None:
    """Somebody copies a field of an entry, or downloads a file of it."""
    with world.context():
        entry = world.entry(slug)
        usage.record_use(
            type,
            entry,
            entry.agreed or entry.newest,
            what=what,
            reader=world.person(who),
            circumstances=circumstances,
            surface=surface,
            followed=followed,
        )


def searches(
    world: World,
    who: str,
    words: str,
    *slugs: str,
    facets: dict[str, list[str]] | None = None,
    first: int = 1,
    circumstances: Circumstances = BY_HAND,
) -> str:
    """Somebody searches and is shown these entries; the id of the search."""
    with world.context():
        reader = world.person(who)
        search = usage.begin_search(words, facets=facets or {}, reader=reader)
        usage.record_search(
            search,
            total=len(slugs),
            served=[version_of(world, slug) for slug in slugs],
            first=first,
            reader=reader,
            circumstances=circumstances,
        )
        return search.id


def is_served(
    world: World,
    who: str,
    *slugs: str,
    surface: Surface = Surface.SHELF,
    circumstances: Circumstances = BY_HAND,
) -> None:
    """Somebody gets a list of these entries."""
    with world.context():
        usage.record_served(
            [version_of(world, slug) for slug in slugs],
            surface=surface,
            reader=world.person(who),
            circumstances=circumstances,
        )


def version_of(world: World, slug: str) -> int:
    entry = world.entry(slug)
    return (entry.agreed or entry.newest).id


def events(world: World) -> list[UsageEvent]:
    """Everything that was written down, in order."""
    with world.context():
        return list(db.session.scalars(sa.select(UsageEvent).order_by(UsageEvent.id)))


def types(world: World) -> list[EventType]:
    return [event.type for event in events(world)]


def kept_searches(world: World) -> list[SearchQuery]:
    with world.context():
        return list(db.session.scalars(sa.select(SearchQuery).order_by(SearchQuery.at, SearchQuery.id)))
