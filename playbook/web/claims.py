"""Claims that have expired, or will within 30 days: what readers see, with the way to renew it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for

from playbook import clock
from playbook.errors import NotFound
from playbook.models import Permission, listed
from playbook.models.review import answers_for
from playbook.models.running_out import running_out
from playbook.web.access import allow, reader
from playbook.web.pages import page
from playbook.web.shelves import asked_page

bp = Blueprint("claims", __name__)

ON_A_PAGE = 50


@bp.get("/claims")
@allow(Permission.READ)
def index() -> Any:
    """`?of=mine` leaves out the claims of entries that others own."""
    everything = running_out(listed(reader()), on=clock.now().date())
    mine = [each for each in everything if answers_for(reader(), each.version)]
    of_mine = request.args.get("of") == "mine"
    shown = mine if of_mine else everything
    number = asked_page()
    on_page = shown[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]
    if not on_page and number > 1:
        raise NotFound("There are not so many pages.")
    return page(
        "claims/index.html",
        claims=on_page,
        of_mine=of_mine,
        mine=len(mine),
        total=len(everything),
        expired=sum(each.is_expired for each in shown),
        number=number,
        pages=max(1, -(-len(shown) // ON_A_PAGE)),
        address=lambda wanted: url_for(
            "claims.index", of="mine" if of_mine else None, page=wanted if wanted > 1 else None
        ),
    )
