"""What leaves the page: files for Excel and other programs, sheets for the day; each one is written down."""

from __future__ import annotations

import io
from collections.abc import Callable

from sqlalchemy import select
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from processor import export
from processor.database import Account, AuditEntry, Registration
from processor.registrations import all_registrations
from processor.staff.access import ADMINISTRATION, write_down
from processor.staff.site import Site, site_of

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Entries of the audit that are shown.
_LATEST = 300

_Writer = Callable[[io.BytesIO, list[Registration], Site], None]

LABELS: dict[str, tuple[str, str, _Writer]] = {
    "anmeldungen.xlsx": (
        "Excel: Anmeldungen und Personen",
        _XLSX,
        lambda stream, rows, site: export.write_xlsx(stream, rows, site.settings.event.zone),
    ),
    "anmeldungen.csv": (
        "CSV für andere Tabellen",
        "text/csv; charset=utf-8",
        lambda stream, rows, site: export.write_csv(stream, rows, site.settings.event.zone),
    ),
    "anmeldungen.json": (
        "JSON für andere Programme",
        "application/json",
        lambda stream, rows, _site: export.write_json(stream, rows),
    ),
    "unterschriften.pdf": (
        "Unterschriftenliste",
        "application/pdf",
        lambda stream, rows, site: export.write_pdf(stream, rows, site.settings.event, site.clock.now()),
    ),
    "namensschilder.pdf": (
        "Namensschilder, zehn auf einem Blatt",
        "application/pdf",
        lambda stream, rows, site: export.write_badges(stream, rows, site.settings.event, site.clock.now()),
    ),
    "tische.pdf": (
        "Plan der Thementische",
        "application/pdf",
        lambda stream, rows, site: export.write_table_plan(stream, rows, site.settings.event, site.clock.now()),
    ),
}


def show(request: Request) -> Response:
    """What there is."""
    files = [(name, label) for name, (label, _, _) in LABELS.items()]
    return site_of(request).page(request, "out.html", tables=files[:3], sheets=files[3:])


def give(request: Request) -> Response:
    """One file, as it is now."""
    site = site_of(request)
    name = str(request.path_params["name"])
    if name not in LABELS:
        raise HTTPException(404)
    _, media_type, write = LABELS[name]
    stream = io.BytesIO()
    with site.database.reading() as session:
        rows = list(all_registrations(session))
        write(stream, rows, site)
        number = len(rows)
    with site.database.transaction() as session:
        write_down(request, session, "export", f"{name}, {number} Anmeldungen")
    return Response(
        stream.getvalue(),
        media_type=media_type,
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


def show_audit(request: Request) -> Response:
    """Who logged in, exported, answered many; and the accounts."""
    site = site_of(request)
    with site.database.reading() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(_LATEST)).all()
        accounts = session.scalars(select(Account).order_by(Account.name)).all()
        return site.page(request, "audit.html", entries=entries, accounts=accounts, now=site.clock.now())


ROUTES = [
    Route("/ausgabe", show, methods=["GET"]),
    Route("/ausgabe/{name:str}", give, methods=["GET"]),
    Route(ADMINISTRATION, show_audit, methods=["GET"]),
]
