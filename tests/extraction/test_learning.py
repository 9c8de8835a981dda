"""Teaching the learned reader: marks become labels, and a folder of mails becomes weights and a measured risk."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import learn
from processor.extraction.extracting import understanding_of
from processor.extraction.learned import tags
from processor.extraction.learned.stream import stream_of
from tests.extraction.mails import mail, workshop

_MAILS = Path(learn.__file__).with_name("mails") / "w16"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Forty of the labelled mails."""
    target = tmp_path / "few"
    target.mkdir()
    for name in ("truth.jsonl", "marks.jsonl"):
        lines = (_MAILS / name).read_text("utf-8").splitlines()
        kept = [line for line in lines if json.loads(line)["file"] <= "w16-040.eml"]
        (target / name).write_text("\n".join(kept) + "\n", "utf-8")
    for number in range(1, 41):
        shutil.copy(_MAILS / f"w16-{number:03}.eml", target)
    return target


def test_mails_become_weights_and_a_table_of_risk_and_coverage(folder: Path, tmp_path: Path) -> None:
    weights = tmp_path / "weights"
    command = [sys.executable, "-m", "benchmarks.learn", str(folder), "--output", str(weights)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "silent errors" in done.stdout
    assert sorted(p.stem for p in weights.iterdir()) == ["doubtful", "intent", "reliance", "words", "writer"]


def test_a_marked_word_gets_the_label_of_its_mark_and_no_other() -> None:
    understood = understanding_of(
        mail("Guten Tag,\n\nich komme mit Ines Blum und meiner Schwester.\n\nSelma Kaplan"), workshop()
    )
    assert understood is not None
    stream = stream_of(understood)
    truth = {"contact": "Selma Kaplan", "organisation": ""}
    labels = learn.labels_of(stream, truth, [["Ines Blum", "comes"], ["meiner Schwester", "+", 1], ["komme", "yes"]])
    said = {t.text: label for t, label in zip(stream.tokens, labels, strict=True) if label != tags.OUTSIDE}
    assert said == {
        "Ines": f"B{tags.COMES}",
        "Blum": f"I{tags.COMES}",
        "meiner": f"B{tags.ONE_ALONG}",
        "Schwester": f"I{tags.ONE_ALONG}",
        "komme": f"B{tags.YES}",
        "Selma": f"B{tags.WRITER}",
        "Kaplan": f"I{tags.WRITER}",
    }
