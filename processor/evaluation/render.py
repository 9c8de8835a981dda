"""Reports as text, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from processor.evaluation.report import Group, Report, RiskPoint, Tally


def render(report: Report, *, errors: bool) -> str:
    """The report as text: first three lines that scripts read (mails, fields, coverage), then what stands behind them.

    :param errors: puts in front the files without a result, every silent error, and every mail that was not covered
        though it could have been.
    """
    lines: list[str] = []
    if errors:
        for title, entries in (("unread", report.unread), ("silent", report.silent), ("missed", report.missed)):
            lines += [f"{title}:", *(f"  {entry}" for entry in entries)]
    lines += _summary(report.whole)
    lines += [
        f"silent error rate at most {report.whole.silent_bound:.1%} (95 % confidence, one-sided, Clopper and Pearson)"
    ]
    lines += ["", *_fields(report.parts, report.whole)]
    lines += ["", *_groups("part", report.parts)]
    lines += ["", *_groups("language", report.languages)]
    lines += ["", *_groups("intent", report.intents)]
    lines += ["", *_risk(report.risk)]
    return "\n".join(lines) + "\n"


def _summary(tally: Tally) -> Iterator[str]:
    yield f"{tally.mails} mails, {tally.unread} unread, {tally.autos} decided alone"
    yield "fields " + "  ".join(f"{field.name} {field.share:.0%}" for field in tally.fields)
    yield (
        f"coverage {tally.coverage:.1%} ({tally.covered} of {tally.could}), "
        f"silent errors {tally.silent_errors} ({tally.silent_rate:.1%})"
    )


def _fields(parts: Sequence[Group], whole: Tally) -> Iterator[str]:
    """Every field, over all and in each part."""
    by_part = [{field.name: field for field in part.tally.fields} for part in parts]
    rows = [("field", "right", "of", "share", *(part.name for part in parts))]
    for field in whole.fields:
        shares = [f"{part[field.name].share:.1%}" if field.name in part else "-" for part in by_part]
        rows.append((field.name, str(field.right), str(field.compared), f"{field.share:.1%}", *shares))
    return _table(rows)


def _groups(title: str, groups: Iterable[Group]) -> Iterator[str]:
    rows = [(title, "mails", "unread", "alone", "covered", "of", "coverage", "silent", "rate", "at most")]
    for group in groups:
        tally = group.tally
        rows.append(
            (
                group.name or "-",
                str(tally.mails),
                str(tally.unread),
                str(tally.autos),
                str(tally.covered),
                str(tally.could),
                f"{tally.coverage:.1%}" if tally.could else "-",
                str(tally.silent_errors),
                f"{tally.silent_rate:.1%}",
                f"{tally.silent_bound:.1%}",
            )
        )
    return _table(rows)


def _risk(points: Iterable[RiskPoint]) -> Iterator[str]:
    rows = [("entered alone", "alone", "covered", "coverage", "silent", "rate", "at most")]
    rows += [
        (
            point.rule,
            str(point.autos),
            str(point.covered),
            f"{point.coverage:.1%}",
            str(point.silent_errors),
            f"{point.silent_rate:.1%}",
            f"{point.silent_bound:.1%}",
        )
        for point in points
    ]
    return _table(rows)


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows with aligned columns: the first to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *rest in rows:
        cells = [cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True)]
        yield "  ".join([first.ljust(widths[0]), *cells]).rstrip()
