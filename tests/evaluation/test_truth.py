"""Labels on disk, and which of them are held out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from processor.errors import UsageError
from processor.evaluation import held_out, load_results, load_truth
from tests.evaluation.labels import result, truth


def write(folder: Path, *lines: str) -> Path:
    (folder / "truth.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_labels_are_read_in_order_and_empty_lines_passed_over(tmp_path: Path) -> None:
    lines = [json.dumps(truth(name), ensure_ascii=False) for name in ("b.eml", "a.eml")]
    labels = load_truth(write(tmp_path, lines[0], "", lines[1]))
    assert [label["file"] for label in labels] == ["b.eml", "a.eml"]


def test_a_folder_without_labels_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"truth\.jsonl"):
        load_truth(tmp_path)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("{", "kein gültiges JSON"),
        ("[]", "JSON-Objekt"),
        (json.dumps({"file": "a.eml"}), "intent.* fehlt"),
        (json.dumps(truth("a.eml", headcount="3")), "headcount.* falsche Art"),
        (json.dumps(truth("a.eml", headcount=True)), "headcount.* falsche Art"),
    ],
)
def test_a_line_that_is_no_label_is_named_with_its_number(tmp_path: Path, line: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=f"Zeile 2.*{sentence}"):
        load_truth(write(tmp_path, json.dumps(truth("ok.eml")), line))


def test_labels_in_another_encoding_are_refused_with_the_file_named(tmp_path: Path) -> None:
    (tmp_path / "truth.jsonl").write_bytes("Müller".encode("latin-1"))
    with pytest.raises(UsageError, match=r"truth\.jsonl kann nicht gelesen werden"):
        load_truth(tmp_path)


def test_earlier_results_are_read_as_they_were_printed(tmp_path: Path) -> None:
    path = tmp_path / "old.jsonl"
    path.write_text(json.dumps(result("a.eml"), ensure_ascii=False) + "\n\n" + json.dumps(result("b.eml")) + "\n")
    assert [entry["file"] for entry in load_results(path)] == ["a.eml", "b.eml"]


def test_a_line_separator_inside_a_text_does_not_break_a_line(tmp_path: Path) -> None:
    path = tmp_path / "old.jsonl"
    path.write_text(json.dumps(result("a.eml", subject="eins\u2028zwei"), ensure_ascii=False), encoding="utf-8")
    assert load_results(path)[0]["subject"] == "eins\u2028zwei"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (json.dumps(truth("a.eml")), "keine Ausgabe"),
        (json.dumps(result("a.eml", contact="Ayşe")), "contact.* falsche Art"),
        (json.dumps(result("a.eml", attendees=["Ayşe"])), "attendees.* falsche Art"),
        ('{"file": "a.eml"', "kein gültiges JSON"),
    ],
)
def test_a_line_that_is_no_result_is_named(tmp_path: Path, line: str, sentence: str) -> None:
    path = tmp_path / "old.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(UsageError, match=f"Zeile 1.*{sentence}"):
        load_results(path)


def test_a_file_of_results_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"old\.jsonl kann nicht gelesen werden"):
        load_results(tmp_path / "old.jsonl")


def test_the_name_alone_decides_what_is_held_out() -> None:
    # First bytes of `printf NAME | sha256sum`: 3a = 58, 18 = 24, 99 = 153.
    assert [held_out(name) for name in ("a.eml", "test.eml", "b.eml")] == [False, True, True]


def test_about_a_third_is_held_out() -> None:
    assert 900 < sum(held_out(f"m{number}.eml") for number in range(3000)) < 1100
