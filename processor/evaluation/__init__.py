"""How well the reading does, measured against labelled mails.

A label (``truth``) says of one mail what a careful clerk would enter; a result is what ``extract --json`` prints for
it. Everything here is a pure function of both, except :func:`load_truth` and
:func:`load_results`, which read files.
"""

from processor.evaluation.bound import upper_bound
from processor.evaluation.compare import Comparison, FieldChange, MailChange, Verdict, compare
from processor.evaluation.render import render
from processor.evaluation.report import FieldScore, Group, MailScore, Report, RiskPoint, Tally
from processor.evaluation.score import evaluate
from processor.evaluation.truth import held_out, load_results, load_truth

__all__ = [
    "Comparison",
    "FieldChange",
    "FieldScore",
    "Group",
    "MailChange",
    "MailScore",
    "Report",
    "RiskPoint",
    "Tally",
    "Verdict",
    "compare",
    "evaluate",
    "held_out",
    "load_results",
    "load_truth",
    "render",
    "upper_bound",
]
