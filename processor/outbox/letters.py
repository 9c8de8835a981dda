"""An answer that is due becomes a letter: subject, text, HTML, and the calendar entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from markupsafe import Markup

from processor.event import Event
from processor.outbox.calendars import calendar_of
from processor.outbox.catalogs import SOURCE, direction_of, start_of
from processor.outbox.studio import Form, Studio, studio
from processor.outbox.values import Letter
from processor.outbox.views import ChangeView, RegistrationView, event_view, line
from processor.registrations.values import AnswerKind, Difference, DueAnswer
from processor.resources import templates_folder
from processor.settings import Settings

#: Kinds that carry the programme and the way: those for people who come.
_FOR_GUESTS = frozenset(
    {
        AnswerKind.CONFIRMATION,
        AnswerKind.CHANGE,
        AnswerKind.ACCEPTED,
        AnswerKind.MOVED_UP,
        AnswerKind.REMINDER,
    }
)
#: What a language calls itself, for the heading above its part.
_OWN_NAMES = {
    "ar": "العربية",
    "de": "Deutsch",
    "en": "English",
    "fr": "Français",
    "pl": "Polski",
    "ru": "Русский",
    "tr": "Türkçe",
    "uk": "Українська",
}
#: The language that stands below the German where the sender's is none of ours.
_BRIDGE = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Section:
    """One language's part of a mail."""

    language: str
    direction: str
    #: The side at which its lines begin.
    start: str
    #: The language's own name.
    title: str
    #: What kind of mail this is, in this language.
    label: str
    body: str


def languages_of(wanted: str, offered: Sequence[str], available: Callable[[str], bool]) -> tuple[str, ...]:
    """The languages of one mail, the reader's first.

    German alone for a German sender; another language that is offered, with the German below it; for any other the
    German with English below it.
    """
    base = wanted.lower().replace("_", "-").partition("-")[0]
    if base == SOURCE or not base:
        return (SOURCE,)
    if base in offered and available(base):
        return (base, SOURCE)
    return (SOURCE, _BRIDGE) if _BRIDGE in offered and available(_BRIDGE) else (SOURCE,)


def render(
    due: DueAnswer,
    registrations: Sequence[RegistrationView],
    settings: Settings,
    *,
    now: datetime,
    sequence: int = 0,
    has_date: bool = False,
    folder: Path | None = None,
    more: Mapping[str, Any] | None = None,
) -> Letter:
    """Renders one answer.

    :param registrations: what it tells of; none for a receipt to somebody who is not on the list.
    :param now: when it is frozen.
    :param sequence: the revision of the calendar entry (RFC 5545, section 3.8.7.4).
    :param has_date: whether the date of the event was sent for this registration before.
    :param folder: the templates; None for those of the installation.
    :param more: what only this kind's template knows.
    :raises TemplateError: names file and line of what is broken.
    """
    room = studio(folders_of(settings, folder))
    languages = languages_of(due.language, settings.answers.languages, room.catalogs.has)
    calendar, method = calendar_of(due.kind, registrations, settings, sequence, now, has_date=has_date)
    values: dict[str, Any] = {
        **(more or {}),
        "kind": due.kind.value,
        "name": line(due.recipient_name),
        "registrations": registrations,
        "differences": [_change(difference) for difference in due.differences],
        "remark": [line(part) for part in due.remark.splitlines() if part.strip()],
        "privacy": settings.privacy,
        "office": office_of(settings),
        # PUBLISH, CANCEL, or "" where no date goes with it.
        "calendar": method,
    }
    template = f"{due.kind.value}.j2"
    bases = {
        language: {**values, **_base(room, settings, language)} for language in dict.fromkeys((*languages, SOURCE))
    }
    labels = {language: room.block(template, "label", "txt", language, bases[language]) for language in languages}
    frame = {
        "subject": _subject(labels, languages[0], settings.event, registrations),
        "office": values["office"],
        "programme": due.kind in _FOR_GUESTS,
    }
    return Letter(
        subject=frame["subject"],
        text=_tidy(_mail(room, "txt", template, labels, bases, frame, settings)),
        html=_mail(room, "html", template, labels, bases, frame, settings),
        calendar=calendar,
        calendar_method=method,
    )


def folders_of(settings: Settings, folder: Path | None = None) -> tuple[Path, ...]:
    """Where templates are looked for: the office's own files first, those of the installation after them."""
    if folder is not None:
        return (folder,)
    own = settings.answers.templates
    return (own, templates_folder()) if own is not None else (templates_folder(),)


def office_of(settings: Settings) -> str:
    """Who writes, as people see it."""
    hosts = settings.event.hosts
    return settings.smtp.from_name or (hosts[-1] if hosts else settings.smtp.from_address)


def _base(room: Studio, settings: Settings, language: str) -> dict[str, Any]:
    """What templates know in one language."""
    view = room.keep(("event", language), settings.event, lambda: event_view(settings.event, language))
    return {
        "language": language,
        "direction": direction_of(language),
        "start": start_of(language),
        "foreign": language != SOURCE,
        "event": view,
    }


def _mail(
    room: Studio,
    form: Form,
    template: str,
    labels: dict[str, str],
    bases: dict[str, dict[str, Any]],
    frame: dict[str, Any],
    settings: Settings,
) -> str:
    """The sections of all languages in one frame."""
    wrap = Markup if form == "html" else str
    layout = f"section.{form}.j2"
    sections = [
        _Section(
            language=language,
            direction=direction_of(language),
            start=start_of(language),
            title=_OWN_NAMES.get(language, language),
            label=label,
            body=wrap(
                room.render(
                    template,
                    form,
                    language,
                    {**bases[language], "layout": layout, "words": room.words(form, language)},
                ).strip()
            ),
        )
        for language, label in labels.items()
    ]
    # The office's own words stand there once; the fixed ones in the reader's language as well.
    reader = next((language for language in labels if language != SOURCE), SOURCE)
    variant = "guests" if frame["programme"] else "others"
    # What people have to know of their data is nothing that the staff need every day.
    appendix = (
        ""
        if template == f"{AnswerKind.DIGEST.value}.j2"
        else room.render_kept(
            f"appendix.{form}.j2", variant, form, reader, settings, {**bases[reader], "programme": frame["programme"]}
        )
    )
    first = sections[0].language
    values = {**frame, **bases[first], "sections": sections, "appendix": wrap(appendix)}
    return room.render(f"mail.{form}.j2", form, first, values)


def _tidy(text: str) -> str:
    lines = [one.rstrip() for one in text.splitlines()]
    kept = [one for number, one in enumerate(lines) if one or (number and lines[number - 1])]
    return "\n".join(kept).strip() + "\n"


def _subject(labels: dict[str, str], first: str, event: Event, registrations: Sequence[RegistrationView]) -> str:
    """The German word first, so that office and programs know it; then the reader's own."""
    own = f"{labels[first]} – " if first != SOURCE else ""
    references = ", ".join(view.reference for view in registrations[:3])
    ending = f" ({references})" if references else ""
    return f"{labels[SOURCE]}: {own}{line(event.title)}{ending}"


def _change(difference: Difference) -> ChangeView:
    change = ChangeView(field=difference.field, before=line(difference.before), after=line(difference.after))
    if difference.field != "needs":
        return change
    return replace(change, before_codes=_codes(difference.before), after_codes=_codes(difference.after))


def _codes(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
