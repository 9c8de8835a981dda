"""The learned weights, as files beside this module; made by ``python -m benchmarks.learn``."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

import pycrfsuite

#: Where the weights lie.
FOLDER: Final = Path(__file__).with_name("weights")


@cache
def load(name: str, folder: Path = FOLDER) -> pycrfsuite.Tagger:
    """The model of a name.

    :raises FileNotFoundError: there is none.
    """
    path = folder / f"{name}.crfsuite"
    if not path.exists():
        raise FileNotFoundError(path)
    tagger = pycrfsuite.Tagger()
    tagger.open(str(path))
    return tagger


def chances(model: pycrfsuite.Tagger, known: Iterable[str]) -> dict[str, float]:
    """How likely each answer of a model is, by what is known of a mail as a whole; they add up to 1."""
    model.set([list(known)])
    return {label: model.marginal(label, 0) for label in model.labels()}
