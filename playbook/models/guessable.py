"""Passwords that are long and yet among the first that anybody tries."""

from __future__ import annotations

import re

FEWEST_CHARACTERS = 5  # different ones
LONGEST_OWN = 4  # letters and digits beside words that are known of the person: a year

# What lists of lost passwords are made of. The lists themselves hold next to nothing of 15 characters that
# is not one of these repeated, joined, or followed by digits.
WORDS = (
    "password passwort passw0rd p@ssw0rd p@ssword pass admin administrator root user guest test default changeme "
    "change me welcome letmein let me in secret login master access iloveyou love you baby monkey dragon football "
    "baseball princess sunshine superman batman shadow michael computer internet whatever trustno1 hello qwerty "
    "qwertz azerty asdf zxcv qaz wsx edc abc summer winter spring autumn company sales salesplaybook playbook "
    "marketing correct horse battery staple"
).split()
RUNS = (
    "01234567890123456789",
    "09876543210987654321",
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
    "zyxwvutsrqponmlkjihgfedcbazyxwvutsrqponmlkjihgfedcba",
    "1234567890qwertyuiopasdfghjklzxcvbnm",
    "1q2w3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qwertyuiopasdfghjklzxcvbnm",
)

_JOINED = re.compile(
    rf"(?:{'|'.join(sorted(map(re.escape, WORDS), key=len, reverse=True))}|\d{{1,8}}|[\W_])+"
)


def is_guessable(password: str, *, own: tuple[str, ...] = ()) -> bool:
    """Whether a password of any length is one of the first to be tried.

    So is what has fewer than five different characters, is a run of the keyboard or the alphabet, is made of
    the words that everybody takes, or of little but `own`: what is known of the person, such as the name.
    """
    said = password.casefold()
    if len(set(said)) < FEWEST_CHARACTERS:
        return True
    if any(said in run for run in RUNS) or _JOINED.fullmatch(said):
        return True
    left = said
    for word in sorted(filter(None, re.split(r"[\W_]+", " ".join(own).casefold())), key=len, reverse=True):
        if len(word) > 2:
            left = left.replace(word, "")
    return left != said and len(re.sub(r"[\W_]", "", left)) <= LONGEST_OWN
