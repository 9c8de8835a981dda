"""Kills the process that sends, again and again, and counts: answers lost, answers doubled, copies doubled.

    uv run python -m benchmarks.kill_outbox [--runs 200] [--seed 47]

Two answers are queued before each run. Three runs of four die at a step of their own: before and after each commit,
each command to the mail server and to the mailbox, each of their answers. The fourth is killed from outside at any
moment. At the end one run is left alone. Ends with 1 where an answer is missing, where one came twice though its
server had not taken it before the kill, or where what came twice is not the same mail.
"""

from __future__ import annotations

import argparse
import itertools
import random
import tempfile
import threading
import time
from pathlib import Path

from tests.outbox.killing import KilledOffice, points
from tests.servers.dovecot import running_dovecot
from tests.servers.smtp import running_smtp


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=47)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    steps = itertools.cycle(points())
    by_step = by_chance = allowed = 0
    begin = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, running_smtp() as smtp, running_dovecot() as imap:
        office = KilledOffice(Path(folder), smtp, imap)
        for number in range(arguments.runs):
            office.queue()
            if number % 4 < 3:
                point = next(steps)
                killed = office.run(point)
                by_step += killed
                allowed += killed and point.may_double
            else:
                timer = threading.Timer(chance.uniform(0, 0.08), office.kill)
                killed = office.run(begun=timer.start)
                timer.cancel()
                by_chance += killed
                allowed += killed
        office.run()
        office.end()
        answers, copies = office.answers(), office.copies()
        lost = len(set(office.ids) - set(answers))
        doubled = sum(answers.values()) - len(answers)
        copied_twice = sum(copies.values()) - len(copies)
        print(
            f"{arguments.runs} runs in {time.perf_counter() - begin:.0f} s: {by_step} killed at a step, "
            f"{by_chance} at any moment\n"
            f"{len(office.ids)} answers: {lost} lost, {doubled} came twice "
            f"(in {allowed} runs the server may have taken one before the kill)\n"
            f"{len(office.ids)} copies: {len(set(office.ids) - set(copies))} missing, {copied_twice} doubled"
        )
        office.check(allowed)


if __name__ == "__main__":
    try:
        main()
    except AssertionError as error:
        raise SystemExit(f"what must hold does not: {error}") from error
