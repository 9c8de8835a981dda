"""Filters that ask the sender to confirm a mail before they deliver it (BoxTrapper, TMDA, Spam Arrest, …)."""

from __future__ import annotations

from processor.message.normal import fold
from processor.message.robots.title import Title, folded

#: What such filters write into the subject; the first only begins it.
_MARKS = folded(
    (
        "your email requires verification",
        "verify#",
        "please confirm your message",
        "please confirm your email to",
        "please verify your message",
        "[confirm-",
        "confirm your mail to",
    )
)
#: What they ask for.
_DEMANDS = folded(
    (
        "click",
        "klick",
        "verify",
        "confirm",
        "follow this link",
        "following link",
        "reply to this",
        "bestätig",
        "folgenden link",
        "antworten sie auf diese",
        "cliqu",
        "haga clic",
        "haz clic",
        "tıkla",
        "doğrula",
        "kliknij",
        "potwierd",
        "нажмите",
        "подтверд",
    )
)
#: What it is to serve.
_PURPOSES = folded(
    (
        "message will be delivered",
        "message to be delivered",
        "message can be delivered",
        "message is delivered",
        "email will be delivered",
        "e-mail will be delivered",
        "email to be delivered",
        "have your message delivered",
        "deliver your message",
        "deliver your email",
        "release your message",
        "release your email",
        "message is being held",
        "message has been held",
        "message has been waitlisted",
        "email is being held",
        "that you are a human",
        "that you are human",
        "you are a real person",
        "you are not a spammer",
        "list of approved senders",
        "approved sender",
        "allowed senders",
        "permitted senders",
        "damit ihre nachricht zugestellt",
        "damit ihre e-mail zugestellt",
        "damit ihre mail zugestellt",
        "ihre nachricht wird erst zugestellt",
        "ihre e-mail wird erst zugestellt",
        "um ihre nachricht zuzustellen",
        "dass sie ein mensch sind",
        "liste der erlaubten absender",
        "liste der zugelassenen absender",
        "pour que votre message soit",
        "votre message est en attente",
        "que vous êtes un humain",
        "para que su mensaje sea entregado",
        "mesajınızın teslim edilmesi için",
        "aby twoja wiadomość została dostarczona",
        "чтобы ваше письмо было доставлено",
    )
)
#: What leads there: a link, or the call to reply.
_LEADS = ("http://", "https://", "reply to this", "antworten sie auf diese")
_LONGEST = 3_000


def is_challenge(text: str, title: Title) -> bool:
    """Whether a mail asks its sender to prove something, by its subject or by both demand and purpose in its text.

    :param text: the body as text; a longer one, and one without a link or a call to reply, is no such mail.
    :param title: its subject.
    """
    if title.words.startswith(_MARKS[0]) or any(mark in title.words for mark in _MARKS[1:]):
        return True
    if len(text) > _LONGEST:
        return False
    said = fold(text)
    leads = any(words in said for words in _LEADS)
    return leads and any(words in said for words in _PURPOSES) and any(words in said for words in _DEMANDS)
