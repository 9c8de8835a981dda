"""Teaches the learned reader, and says how well it reads mails of writers that it did not learn from.

``python -m benchmarks.learn FOLDER…`` trains with each folder left out in turn (large ones in parts) and prints, for
the mails left out, how many would be decided alone at each risk; ``--output`` trains on all and writes the weights.
A folder holds ``*.eml``, ``truth.jsonl`` and, where its words are marked, ``marks.jsonl``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pycrfsuite

from processor.evaluation import held_out
from processor.evaluation.facts import organisation as body_words
from processor.evaluation.facts import person
from processor.extraction.extracting import understanding_of
from processor.extraction.learned import models, tags
from processor.extraction.learned.features import features
from processor.extraction.learned.opinion import Opinion, opinion_of
from processor.extraction.learned.overall import overall
from processor.extraction.learned.settled import acts_alone
from processor.extraction.learned.settling import Candidate, candidates, reliance_features
from processor.extraction.learned.stream import Stream, stream_of
from processor.extraction.learned.tags import Tagging, tag
from processor.extraction.tokens import tokenise
from processor.extraction.understanding import Understanding
from processor.message import read
from processor.reading import ReadingRules
from processor.resources import sample_config
from processor.settings.load import load

#: Parts into which the mails are dealt, whole folders where there are enough.
_PARTS: Final = 5
#: The corpus of the tests: of this one the held-out third is not learned from, so that it goes on measuring.
_TESTED: Final = "corpus"
#: A folder with more mails is dealt out mail by mail.
_LARGE: Final = 200
_BOOKING: Final = ("registration", "change", "cancellation")
#: What the kinds of marks are called as labels.
_LABELS: Final = {
    "comes": tags.COMES,
    "absent": tags.ABSENT,
    "other": tags.OTHER,
    "=": tags.TOTAL,
    "not": tags.NUMBER,
    "more": tags.MORE,
    "less": tags.FEWER,
    "home": tags.AT_HOME,
    "yes": tags.YES,
    "no": tags.NO,
    "doubt": tags.DOUBT,
    "ask": tags.QUESTION,
    "org": tags.BODY,
    "role": tags.ROLE,
}


@dataclass(slots=True)
class Lesson:
    """One labelled mail."""

    folder: str
    truth: dict[str, Any]
    understood: Understanding
    stream: Stream
    words: list[list[str]]
    labels: list[str]
    marked: bool
    part: int
    tagging: Tagging = field(default_factory=lambda: Tagging((), 0.0))
    known: set[str] = field(default_factory=set)
    chances: dict[str, dict[str, float]] = field(default_factory=dict)
    opinion: Opinion | None = None
    weighed: list[tuple[float, bool, Candidate]] = field(default_factory=list)


def lessons(folders: Sequence[Path]) -> list[Lesson]:
    """The mails of persons in languages that are read; robots have a reader of their own."""
    settings = load(sample_config())
    rules = ReadingRules.of(settings)
    found = []
    for number, folder in enumerate(folders):
        marks = _marks(folder)
        truths = [json.loads(line) for line in (folder / "truth.jsonl").read_text("utf-8").splitlines() if line.strip()]
        for truth in truths:
            message = read(
                (folder / truth["file"]).read_bytes(), colleagues=rules.colleagues, invitation=rules.event.invitation
            )
            understood = understanding_of(message, rules.event, most_seats=rules.most_seats)
            if understood is None or (folder.name == _TESTED and held_out(truth["file"])):
                continue
            stream = stream_of(understood)
            marked = truth["file"] in marks
            labels = labels_of(stream, truth, marks.get(truth["file"], ()))
            digest = int(hashlib.sha256(f"{folder.name}/{truth['file']}".encode()).hexdigest(), 16)
            part = digest % _PARTS if len(truths) > _LARGE or len(folders) < _PARTS else number % _PARTS
            found.append(Lesson(folder.name, truth, understood, stream, features(stream), labels, marked, part))
    return found


def _marks(folder: Path) -> dict[str, list[list[Any]]]:
    path = folder / "marks.jsonl"
    if not path.exists():
        return {}
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return {line["file"]: line["marks"] for line in lines}


def labels_of(stream: Stream, truth: dict[str, Any], marks: Iterable[Sequence[Any]]) -> list[str]:
    """A label for each word: by the marks, and the writer's name and organisation by the truth."""
    labels = [tags.OUTSIDE] * len(stream.tokens)

    def put(at: int, length: int, label: str) -> bool:
        if any(known != tags.OUTSIDE for known in labels[at : at + length]):
            return False
        labels[at : at + length] = [f"B{label}", *[f"I{label}"] * (length - 1)]
        return True

    digraphs = stream.understood.reading.language.digraphs
    keys = [t.key for t in stream.tokens]
    order = sorted(range(len(keys)), key=lambda p: stream.sections[p] in "DS")
    for quote, kind, *numbers in marks:
        wanted = [t.key for t in tokenise(quote, digraphs=digraphs) if t.kind != "nl"]
        if not wanted:
            continue
        label = _LABELS.get(kind, "")
        if kind == "+":
            value = int(numbers[0]) if numbers else 1
            label = tags.ONE_ALONG if value == 1 else tags.TWO_ALONG if value == 2 else tags.MORE_ALONG
        if not label:
            continue
        for at in order:
            length = _fits(keys, at, wanted)
            if length and put(at, length, label) and kind != "org":
                break
    for section in "TZD":
        contact = [t.key for t in tokenise(truth["contact"], digraphs=digraphs) if t.is_word]
        for wanted in (contact, contact[::-1]):
            for at in range(len(keys)):
                if wanted and stream.sections[at] == section and (length := _fits(keys, at, wanted)):
                    put(at, length, tags.WRITER)
    body = [t.key for t in tokenise(truth["organisation"], digraphs=digraphs)]
    for at in range(len(keys)):
        if body and (length := _fits(keys, at, body)):
            put(at, length, tags.BODY)
    return labels


def _fits(keys: Sequence[str], at: int, wanted: Sequence[str]) -> int:
    """How many tokens from here on are these words, line ends between them; 0 where they are not."""
    position = at
    for key in wanted:
        while position < len(keys) and position > at and keys[position] == "\n":
            position += 1
        if position >= len(keys) or keys[position] != key:
            return 0
        position += 1
    return position - at


def fit(
    items: Iterable[tuple[Any, list[str]]], path: Path, *, l1: float, l2: float, rounds: int, least: int = 2
) -> None:
    """Trains a model and writes it.

    :param l1, l2: how strongly large weights are held back; chosen by trial on mails left out.
    :param least: a feature that occurs less often is left out.
    """
    trainer = pycrfsuite.Trainer(verbose=False)
    for known, labels in items:
        trainer.append(known, labels)
    trainer.set_params(
        {"c1": l1, "c2": l2, "max_iterations": rounds, "feature.possible_transitions": True, "feature.minfreq": least}
    )
    trainer.train(str(path))


def teach(chosen: Sequence[Lesson], folder: Path) -> None:
    """The model of words."""
    marked = [x for x in chosen if x.marked]
    fit(((x.words, x.labels) for x in marked), folder / "words.crfsuite", l1=0.0, l2=0.5, rounds=80)


def teach_whole(chosen: Sequence[Lesson], folder: Path) -> None:
    """The models of whole mails; the labels of the words come from a model that did not learn from the mail."""
    for name, choose, answer in _WHOLE:
        items = [([sorted(x.known)], [answer(x)]) for x in chosen if choose(x)]
        fit(items, folder / f"{name}.crfsuite", l1=0.0, l2=1.5, rounds=100)


def teach_reliance(chosen: Sequence[Lesson], folder: Path) -> None:
    """The model of what to rely on."""
    items = []
    for lesson in chosen:
        assert lesson.opinion is not None
        for candidate in candidates(lesson.understood, lesson.opinion):
            known = reliance_features(lesson.understood, lesson.opinion, candidate)
            items.append(([sorted(known)], ["y" if is_right(lesson, candidate) else "n"]))
    fit(items, folder / "reliance.crfsuite", l1=0.0, l2=10.0, rounds=200, least=5)


def _enters(lesson: Lesson) -> bool:
    return lesson.truth["intent"] in ("registration", "change")


def _writer_comes(lesson: Lesson) -> str:
    contact = person(lesson.truth["contact"])
    return "y" if any(person(name) == contact for name in lesson.truth["attendees"]) else "n"


_WHOLE: Final[Sequence[tuple[str, Callable[[Lesson], bool], Callable[[Lesson], str]]]] = (
    ("intent", lambda _: True, lambda x: str(x.truth["intent"])),
    ("writer", _enters, _writer_comes),
    ("doubtful", lambda _: True, lambda x: "y" if x.truth["must_review"] else "n"),
)


def is_right(lesson: Lesson, candidate: Candidate) -> bool:
    """Whether a combination of facts may be entered and answered alone."""
    truth = lesson.truth
    if truth["must_review"] or truth["intent"] != candidate.intent.value:
        return False
    if truth["reply_to"].lower() != lesson.understood.message.reply_to.email:
        return False
    if truth["intent"] == "cancellation":
        return True
    people = Counter(person(name) for name in candidate.names) == Counter(person(n) for n in truth["attendees"])
    want, got = body_words(truth["organisation"]), body_words(candidate.organisation)
    bodies = want == got or bool(want and got and (want <= got or got <= want))
    tables = sorted(lesson.understood.tables) == sorted(truth["theme_tables"])
    return people and bodies and tables and candidate.headcount == truth["headcount"]


def label(chosen: Sequence[Lesson], folder: Path) -> None:
    """Puts labels on the words of mails."""
    model = models.load("words", folder)
    for lesson in chosen:
        lesson.tagging = tag(model, lesson.words, lesson.stream)
        lesson.known = overall(lesson.stream, lesson.tagging)


def side_by_side(work: Callable[[int], None]) -> None:
    """Does the work of each part in a process of its own: they share what was read, and leave weights in files."""
    running: list[int] = []
    for part in range(_PARTS):
        if len(running) >= (os.cpu_count() or 1):
            _finish(running.pop(0))
        child = os.fork()
        if not child:
            work(part)
            os._exit(0)
        running.append(child)
    for child in running:
        _finish(child)


def _finish(child: int) -> None:
    _, status = os.waitpid(child, 0)
    if status:
        raise RuntimeError(f"training ended with {status}")


def left_out(every: Sequence[Lesson], folder: Path) -> None:
    """Fills in, for every mail, what models say that did not learn from it."""
    for part in range(_PARTS):
        (folder / str(part)).mkdir(parents=True, exist_ok=True)

    def rest(part: int) -> list[Lesson]:
        return [x for x in every if x.part != part]

    side_by_side(lambda part: teach(rest(part), folder / str(part)))
    for part in range(_PARTS):
        label([x for x in every if x.part == part], folder / str(part))
    side_by_side(lambda part: teach_whole(rest(part), folder / str(part)))
    for lesson in every:
        path = folder / str(lesson.part)
        for name, _, _ in _WHOLE:
            lesson.chances[name] = models.chances(models.load(name, path), lesson.known)
        writer, doubtful = lesson.chances["writer"].get("y", 0.0), lesson.chances["doubtful"].get("y", 0.0)
        lesson.opinion = opinion_of(lesson.stream, lesson.tagging, lesson.chances["intent"], writer, doubtful)
    side_by_side(lambda part: teach_reliance(rest(part), folder / str(part)))
    for lesson in every:
        model = models.load("reliance", folder / str(lesson.part))
        assert lesson.opinion is not None
        weighed = []
        for candidate in candidates(lesson.understood, lesson.opinion):
            known = reliance_features(lesson.understood, lesson.opinion, candidate)
            chance = models.chances(model, known).get("y", 0.0)
            weighed.append((chance, is_right(lesson, candidate), candidate))
        lesson.weighed = sorted(weighed, key=lambda w: -w[0])


def blocked(lesson: Lesson) -> bool:
    """Whether a person has to look, however sure the facts are."""
    return bool(lesson.understood.verdict.blocks)


def decides_alone(lesson: Lesson) -> bool:
    """Whether the program would act on the likeliest facts of a mail that it did not learn from."""
    assert lesson.opinion is not None
    chance, _, best = lesson.weighed[0]
    return acts_alone(lesson.understood, lesson.opinion, chance, best)


def could_be_alone(truth: dict[str, Any]) -> bool:
    """Whether a mail counts for the coverage."""
    relative = truth["intent"] in ("registration", "change") and truth["headcount"] == 0
    return truth["intent"] in _BOOKING and not truth["must_review"] and not relative


def risks(every: Sequence[Lesson]) -> list[tuple[int, int, float]]:
    """For each number of silent errors how many mails are decided alone and right, and from which chance on."""
    best = sorted((x.weighed[0][:2] for x in every if x.weighed and not blocked(x)), reverse=True)
    found: dict[int, tuple[int, float]] = {}
    right = wrong = 0
    for chance, good in best:
        right += good
        wrong += not good
        found[wrong] = (right, chance)
    return [(errors, done, chance) for errors, (done, chance) in found.items()]


def report(every: Sequence[Lesson]) -> None:
    """What was measured on mails that the models did not learn from."""
    for name, chosen in (
        ("all", list(every)),
        ("German", [x for x in every if x.truth["language"] == "de"]),
        ("others", [x for x in every if x.truth["language"] != "de"]),
    ):
        able = sum(could_be_alone(x.truth) for x in chosen)
        if not able:
            continue
        intents = sum(x.opinion is not None and x.opinion.intent.value == x.truth["intent"] for x in chosen)
        some = sum(any(good for _, good, _ in x.weighed) for x in chosen if could_be_alone(x.truth))
        first = sum(x.understood.verdict.intent.value == x.truth["intent"] for x in chosen)
        print(
            f"{name}: {len(chosen)} mails, {able} could be decided alone; intent right {intents / len(chosen):.1%} "
            f"(first reader {first / len(chosen):.1%}); a right combination among those weighed: {some / able:.1%}"
        )
        decided = [x for x in chosen if x.weighed and not blocked(x) and decides_alone(x)]
        wrong = sum(not x.weighed[0][1] for x in decided)
        share = f"coverage {(len(decided) - wrong) / able:.1%}, silent errors {wrong} ({wrong / len(chosen):.2%})"
        print(f"  as the program decides: {share}")
        table = risks(chosen)
        for limit in (0.0025, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05):
            fitting = [row for row in table if row[0] <= limit * len(chosen)]
            if fitting:
                errors, alone, chance = fitting[-1]
                print(
                    f"  at most {limit:.2%} silent errors ({errors}): coverage {alone / able:.1%}, from {chance:.3f} on"
                )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--output", type=Path)
    parser.add_argument("--errors", type=float, default=2.0)
    arguments = parser.parse_args()
    began = time.monotonic()
    every = lessons(arguments.folders)
    print(f"{len(every)} mails, {sum(x.marked for x in every)} marked, {time.monotonic() - began:.0f} s", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        left_out(every, Path(scratch))
        report(every)
    for lesson in sorted(every, key=lambda x: -x.weighed[0][0] if x.weighed else 0):
        if lesson.weighed and not lesson.weighed[0][1] and lesson.weighed[0][0] >= arguments.errors:
            chance, _, c = lesson.weighed[0]
            keys = ("intent", "headcount", "attendees", "organisation", "theme_tables", "must_review")
            want = [lesson.truth[key] for key in keys]
            print(f"{chance:.3f} {lesson.folder}/{lesson.truth['file']} {want} {c}")
    if arguments.output:
        arguments.output.mkdir(parents=True, exist_ok=True)
        teach(every, arguments.output)
        teach_whole(every, arguments.output)
        teach_reliance(every, arguments.output)
    print(f"{time.monotonic() - began:.0f} s in all")
    return 0


if __name__ == "__main__":
    sys.exit(main())
