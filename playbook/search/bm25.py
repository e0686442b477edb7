"""How well a word fits an entry. Both engines and the database score through this file, so they agree.

BM25 (Robertson and Zaragoza, 2009) with Lucene's never-negative idf. The title is in the text too;
it counts a quarter more on top. The constants were chosen on judged collections, where differences
under 0.005 nDCG are noise.
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]

K1 = 1.6
B = 0.75
FIELDS = ("text", "title")
WEIGHT = {"text": 1.0, "title": 0.25}


def idf(entries: int, having: int) -> float:
    """How telling a term is that `having` of `entries` have."""
    return math.log(1 + (entries - having + 0.5) / (having + 0.5))


def norms(lengths: Ints, *, average: float) -> Floats:
    """What each entry's length, against the average, adds to the denominator."""
    return K1 * (1 - B + B * (lengths / (average or 1.0)))


def scores(frequencies: Floats, norm: Floats, *, idf: float) -> Floats:
    """The share of one term in the score of each entry that has it."""
    return idf * (frequencies * (K1 + 1)) / (frequencies + norm)
