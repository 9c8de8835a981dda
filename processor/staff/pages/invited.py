"""Who was invited, who comes, and whom somebody should ring up."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from processor.registrations import invited
from processor.registrations.names import folded
from processor.staff.invitations import WORDS
from processor.staff.site import site_of


def show(request: Request) -> Response:
    """The invited, those without an answer first."""
    site = site_of(request)
    text = folded(request.query_params.get("suche", "").strip()[:200])
    reply = request.query_params.get("antwort", "")
    path = site.settings.office.invited
    with site.database.reading() as session:
        lines = site.invited.lines(session, site.index, path) if path is not None else ()
    counts = {each: sum(line.reply is each for line in lines) for each in invited.Reply}
    shown = [
        line
        for line in lines
        if (not reply or line.reply.value == reply) and all(word in folded(line.name) for word in text.split())
    ]
    shown.sort(key=lambda line: (line.reply is not invited.Reply.NONE, folded(line.name)))
    return site.page(
        request,
        "invited.html",
        configured=site.settings.office.invited is not None,
        lines=shown,
        total=len(lines),
        counts=[(each.value, WORDS[each], counts[each]) for each in invited.Reply],
        reply=reply,
        text=request.query_params.get("suche", "")[:200],
    )


ROUTES = [Route("/eingeladene", show, methods=["GET"])]
