"""German words for what the tables call by short English names."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any

from processor.export import rows

#: Gives a text in the language of the page.
Say = Callable[[str], str]

STATUS = {status.value: name for status, name in rows.STATUS.items()}
CHANNEL = rows.CHANNEL
NEEDS = rows.NEEDS
MAIL_STATE = {
    "new": "noch nicht gelesen",
    "done": "erledigt",
    "waiting": "wartet auf das Büro",
    "decided": "vom Büro entschieden",
    "failed": "beiseitegelegt",
    "erased": "gelöscht",
}
INTENT = {
    "registration": "Anmeldung",
    "change": "Änderung",
    "cancellation": "Abmeldung",
    "question": "Frage",
    "auto_reply": "automatische Antwort",
    "bounce": "unzustellbar",
    "other": "anderes",
    "": "–",
}
DECISION = {
    "auto": "allein erledigt",
    "review": "ein Mensch entscheidet",
    "ignore": "nur aufbewahrt",
    "": "–",
}
OUTGOING_STATE = {
    "queued": "wartet auf den Versand",
    "sending": "wird gesendet",
    "sent": "gesendet",
    "failed": "nicht zugestellt",
    "held": "angehalten",
    "withdrawn": "zurückgezogen",
}
KIND = {
    "confirmation": "Anmeldebestätigung",
    "change": "Änderung bestätigt",
    "cancellation": "Abmeldung bestätigt",
    "accepted": "Zusage nach Anmeldeschluss",
    "moved_up": "Nachgerückt",
    "thanks": "Dank nach der Veranstaltung",
    "digest": "Übersicht für das Büro",
    "receipt": "Eingangsbestätigung",
    "late": "Hinweis: nach Anmeldeschluss",
    "refusal": "Absage",
    "waitlist": "Warteliste",
    "question": "Rückfrage",
    "reminder": "Erinnerung",
}
FIELD = {
    "status": "Stand",
    "late": "nach Anmeldeschluss",
    "contact": "Kontakt",
    "contact_name": "Name",
    "contact_email": "E-Mail",
    "contact_phone": "Telefon",
    "name": "Name",
    "email": "E-Mail",
    "phone": "Telefon",
    "organisation": "Organisation",
    "headcount": "Plätze",
    "headcount_change": "Plätze mehr oder weniger",
    "attendees": "Personen",
    "leaving": "kommen nicht mehr",
    "theme_tables": "Thementische",
    "needs": "Bedarf",
    "language": "Sprache",
    "has_question": "Frage",
    "open_question": "offene Frage",
    "intent": "Anliegen",
    "remarks": "Bemerkung",
    "late_seats": "Plätze nach Anmeldeschluss",
    "waiting_seats": "Plätze auf der Warteliste",
    "waiting_since": "wartet seit",
    "table_assigned": "Platz an Thementisch",
    "dismissed": "aus der Liste genommen",
    "arrived_at": "eingegangen",
    "unreachable_since": "nicht erreichbar seit",
}
ACTION = {
    "registered": "angemeldet",
    "put_down": "vorgemerkt",
    "changed": "geändert",
    "cancelled": "abgemeldet",
    "declined": "abgesagt",
    "reopened": "wieder angemeldet",
    "accepted": "angenommen",
    "refused": "abgelehnt",
    "confirmed": "bestätigt",
    "namesake": "eine Person gleichen Namens eingetragen",
    "told_again": "Stand noch einmal mitgeteilt",
    "undone": "zurückgenommen",
    "dismissed": "ohne Eintrag erledigt",
    "merged": "zusammengelegt",
    "merged_away": "in eine andere Anmeldung gelegt",
    "split": "geteilt",
    "split_off": "abgeteilt",
    "moved_up": "nachgerückt",
    "asked_back": "Rückfrage gestellt",
    "answered": "Frage beantwortet",
    "unreachable": "Mail kam zurück",
    "reached": "wieder erreichbar",
    "table_assigned": "an einen Thementisch gesetzt",
}
AUDIT = {
    "login": "eingeloggt",
    "login_failed": "falsches Passwort",
    "logout": "ausgeloggt",
    "export": "ausgegeben",
    "bulk": "mehrere auf einmal",
}
ROLE = {"reads": "liest", "decides": "entscheidet", "administers": "verwaltet"}
SOURCE = {
    "text": "im Text",
    "subject": "im Betreff",
    "from": "im Absender",
    "signature": "in der Unterschrift",
    "calendar": "in der Kalenderantwort",
}
HEADER = {
    "from": "Von",
    "reply-to": "Antwort an",
    "to": "An",
    "cc": "Kopie an",
    "subject": "Betreff",
    "date": "Datum",
    "message-id": "Kennung",
    "authentication-results": "Prüfung des Absenders",
}
LANGUAGE = {
    "de": "Deutsch",
    "tr": "Türkisch",
    "ar": "Arabisch",
    "en": "Englisch",
    "uk": "Ukrainisch",
    "ru": "Russisch",
    "pl": "Polnisch",
    "fr": "Französisch",
    "es": "Spanisch",
    "it": "Italienisch",
    "ro": "Rumänisch",
    "bg": "Bulgarisch",
    "bs": "Bosnisch",
    "hr": "Kroatisch",
    "sr": "Serbisch",
    "sq": "Albanisch",
    "el": "Griechisch",
    "fa": "Persisch",
    "ku": "Kurdisch",
    "nl": "Niederländisch",
    "pt": "Portugiesisch",
}
#: What a page says after a form was taken; the browser carries only the key.
NOTICES = {
    "da": "Eingetragen und da.",
    "nochmal": "Die Mail wird noch einmal gelesen.",
    "abgemeldet": "Sie sind ausgeloggt.",
}
_TABLES: dict[str, dict[str, str]] = {
    "status": STATUS,
    "channel": CHANNEL,
    "need": NEEDS,
    "mail_state": MAIL_STATE,
    "intent": INTENT,
    "decision": DECISION,
    "outgoing_state": OUTGOING_STATE,
    "kind": KIND,
    "field": FIELD,
    "action": ACTION,
    "audit": AUDIT,
    "role": ROLE,
    "source": SOURCE,
    "language": LANGUAGE,
    "header": HEADER,
}


def word(value: Any, table: str, say: Say = str) -> str:
    """The word for a value; the value itself where nobody has given it one.

    :param say: gives a text in the language of the page.
    """
    text = str(value.value) if isinstance(value, Enum) else str(value)
    if table == "source" and text.startswith("attachment:"):
        return say("im Anhang {name}").format(name=text.partition(":")[2])
    found = _TABLES[table].get(text)
    return text if found is None else say(found)


def seats(number: int, say: Say = str) -> str:
    """A number of seats."""
    return say("1 Platz") if number == 1 else say("{number} Plätze").format(number=number)


def shown(value: Any, field: str = "", say: Say = str) -> str:
    """A value of a registration or of its history as a person reads it."""
    if value is None or value in ("", [], ()):
        return "–"
    if isinstance(value, bool):
        return say("ja") if value else say("nein")
    if field in ("status", "language"):
        return word(value, field, say)
    if field == "needs":
        return ", ".join(word(each, "need", say) for each in ([value] if isinstance(value, str) else value))
    if isinstance(value, (list, tuple)):
        return ", ".join(str(each.get("name", each)) if isinstance(each, dict) else str(each) for each in value)
    if field.endswith(("_at", "_since")) and isinstance(value, str):
        return f"{value[8:10]}.{value[5:7]}.{value[:4]} {value[11:16]}"
    return str(value)


def texts() -> set[str]:
    """Every word of the tables, for those who translate."""
    found = {text for table in _TABLES.values() for text in table.values()}
    found |= {"andere", "ohne Organisation"}
    return found | set(NOTICES.values()) | {name for _, name in NAVIGATION}


#: The pages in the bar at the top.
NAVIGATION = (
    ("/entscheiden", "Zu entscheiden"),
    ("/", "Liste"),
    ("/eingeladene", "Eingeladene"),
    ("/mails", "Mails"),
    ("/uebersicht", "Übersicht"),
    ("/einlass", "Einlass"),
    ("/ausgabe", "Ausgabe"),
)
