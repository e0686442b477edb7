"""English-like words, as frequent as words are."""

from __future__ import annotations

import random
import re
from collections import Counter
from itertools import accumulate

from config import ROOT

KNOWN = 20_000  # words that everything is made of; a company's handbook holds about as many
SYLLABLES = "ba co di fu ga he ji ko la me no pu ra si ta ve wo xi ya zu cle fra gri plo sta tre".split()
ASKED = slice(20, 2_000)  # of the words by frequency, those that people look for


class Words:
    """The words of the starter playbook by frequency, then made-up ones, and texts of them in Zipf's proportions."""

    def __init__(self) -> None:
        said: Counter[str] = Counter()
        for path in sorted((ROOT / "content").glob("*/*.md")):
            said.update(re.findall(r"[a-z]{2,}", path.read_text().lower()))
        known = dict.fromkeys(sorted(said, key=lambda word: (-said[word], word)))
        chance = random.Random(1)
        while len(known) < KNOWN:
            known["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4)))] = None
        self.known = list(known)
        # Zipf and Mandelbrot: the commonest word makes up some 3 per cent of a text.
        self.weights = list(accumulate(1 / (rank + 2.7) for rank in range(len(self.known))))

    def some(self, chance: random.Random, count: int) -> list[str]:
        """`count` words of a text."""
        return chance.choices(self.known, cum_weights=self.weights, k=count)

    def phrase(self, chance: random.Random, count: int) -> str:
        """`count` words that begin with a capital."""
        return " ".join(self.some(chance, count)).capitalize()

    def sentences(self, chance: random.Random, count: int) -> str:
        """About `count` words in sentences of eight to sixteen."""
        made = []
        while count > 0:
            length = min(count, chance.randint(8, 16))
            made.append(f"{self.phrase(chance, length)}.")
            count -= length
        return " ".join(made)

    def queries(self, count: int, *, seed: int = 2) -> list[str]:
        """What people type: one to three words that are neither everywhere nor nowhere."""
        chance = random.Random(seed)
        asked = self.known[ASKED]
        return [" ".join(chance.sample(asked, chance.choice((1, 2, 2, 3)))) for _ in range(count)]
