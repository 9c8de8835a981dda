"""Fuzzes the reading of mails by mutating real forms: ``python -m benchmarks.fuzz_message --minutes 60 FOLDER…``.

Whatever raises, takes longer than the limit, or breaks a promise of ``Message`` is written to a file and ends the run.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path
from typing import Final

from processor.message import Message, normalise, read

#: Seconds of processor time that one mail may take: a long run shares its machine with others.
LIMIT: Final = 2.0

_PIECES: Final = (
    b"\r\n",
    b"\r\n\r\n",
    b"\n",
    b"--",
    b"> ",
    b"-- \r\n",
    b"\x00",
    b"\xff\xfe",
    b"\xc3",
    b"=?utf-8?B?",
    b"?=",
    b"=?utf-8?Q?=C3?=",
    b"=",
    b"=C3=BC",
    b"<blockquote>",
    b"</div>",
    b"<table><tr><td>",
    b"<!--",
    b"&#x202e;",
    "\u200b\u202e".encode(),
    b"Von: a@b.example\r\nGesendet: 1.1.2024 10:00\r\nAn: c\r\nBetreff: d\r\n",
    b"Am 14.10.2024 um 10:24 schrieb A <a@b.example>:\r\n",
    b"---------- Forwarded message ----------\r\n",
    b"Content-Type: multipart/mixed; boundary=x\r\n",
    b"Content-Type: message/rfc822\r\n\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Transfer-Encoding: quoted-printable\r\n",
    b"charset=utf-16",
    b"charset=koi8-r",
    b"Subject: ",
    b"From: <",
    b'"',
    b"(",
    b";",
    b"Gru\xc3\x9f\r\nA\r\nTel. 0209 1\r\n",
)


def mutate(raw: bytes, rng: random.Random) -> bytes:
    """One random change: bytes flipped, cut, doubled, moved, or a piece of mail syntax set in."""
    if not raw:
        return rng.choice(_PIECES)
    start = rng.randrange(len(raw))
    end = min(len(raw), start + rng.choice((1, 2, 8, 64, 512)))
    kind = rng.randrange(7)
    if kind == 0:
        return raw[:start] + bytes([rng.randrange(256)]) + raw[start + 1 :]
    if kind == 1:
        return raw[:start] + raw[end:]
    if kind == 2:
        return raw[:end] + raw[start:end] * rng.choice((1, 2, 20)) + raw[end:]
    if kind == 3:
        place = rng.randrange(len(raw))
        return raw[:place] + raw[start:end] + raw[place:]
    if kind == 4:
        return raw[:start]
    return raw[:start] + rng.choice(_PIECES) * rng.choice((1, 1, 1, 3, 50)) + raw[start:]


def check(raw: bytes) -> Message:
    """Reads a mail and asserts what every :class:`Message` promises.

    :raises AssertionError: where a promise is broken.
    """
    message = read(raw, colleagues=("office.example",), invitation="Bitte melden Sie sich bis zum 8. November 2024 an.")
    assert normalise(message.text) == message.text, "text is not in its one form"
    assert 0 <= message.closing_at <= len(message.text), "closing stands outside the text"
    assert all(0 <= cut.offset <= len(message.text) and cut.text for cut in message.cuts), (
        "a cut stands outside the text"
    )
    every = (message.text, message.signature, message.subject, message.sender.name, *(cut.text for cut in message.cuts))
    for text in every:
        text.encode("utf-8")
        assert "\x00" not in text, "NUL in a text"
    return message


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, default=[Path("tests/message/mails")])
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=47)
    arguments = parser.parse_args()
    seeds = [path.read_bytes() for folder in arguments.folders for path in sorted(folder.rglob("*.eml"))]
    for raw in seeds:
        # What is imported at its first use is not counted as reading.
        read(raw)
    rng = random.Random(arguments.seed)
    ends = time.monotonic() + 60 * arguments.minutes
    count = 0
    slowest = 0.0
    while time.monotonic() < ends:
        raw = rng.choice(seeds)
        for _ in range(rng.choice((1, 2, 5, 20))):
            raw = mutate(raw, rng)
        began = time.process_time()
        try:
            check(raw)
        except Exception as error:
            Path("fuzz-failure.eml").write_bytes(raw)
            print(f"after {count} mails: {type(error).__name__}: {error} (fuzz-failure.eml)", file=sys.stderr)
            raise
        took = time.process_time() - began
        if took > LIMIT:
            Path("fuzz-slow.eml").write_bytes(raw)
            print(f"after {count} mails: {took:.1f} s (fuzz-slow.eml)", file=sys.stderr)
            return 1
        slowest = max(slowest, took)
        count += 1
    print(f"{count} mutated mails, none raised; slowest {slowest * 1000:.0f} ms")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
