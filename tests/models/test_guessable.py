from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbook.errors import Invalid
from playbook.models.guessable import RUNS, WORDS, is_guessable
from playbook.models.password import hash_password


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "Password12345678",
        "P@ssw0rd!P@ssw0rd!",
        "aaaaaaaaaaaaaaaaaaaa",
        "abababababababababab",
        "123456789012345",
        "1q2w3e4r5t6y7u8i9o0p",
        "qwertyuiopasdfghjkl",
        "welcome-to-playbook".replace("-to", ""),
        "letmeinletmeinletmein",
        "Summer2026Summer2026",
        "correct horse battery staple",
        "changeme changeme changeme",
    ],
)
def test_what_people_try_first_is_no_password(password: str) -> None:
    assert is_guessable(password)


@pytest.mark.parametrize(
    "password",
    [
        "copper orchard by the tram",
        "a password I made for work",
        "sieben Zwerge im Wald",
        "xK9#mQ2$vL7@nR4",
        "Øvelse gjør mester i dag",
    ],
)
def test_a_few_words_of_ones_own_are_one(password: str) -> None:
    assert not is_guessable(password, own=("Ana Ruiz", "ana@example.com"))


@pytest.mark.parametrize(
    "password", ["anaruizanaruizanaruiz", "Ana.Ruiz@example.com2026", "Ruiz Ruiz Ruiz Ruiz 1!"]
)
def test_little_but_what_is_known_of_the_person_is_none(password: str) -> None:
    assert is_guessable(password, own=("Ana Ruiz", "ana@example.com"))


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12), st.integers(0, 10**8))
def test_common_words_joined_and_numbered_are_none(words: list[str], number: int) -> None:
    assert is_guessable(f"{''.join(words)}{number}")


@given(st.sampled_from(RUNS), st.data())
def test_no_part_of_a_run_is_one(run: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(run) - 1))
    assert is_guessable(run[start:])


def test_it_is_refused_with_a_sentence_that_names_the_field() -> None:
    with pytest.raises(Invalid) as refusal:
        hash_password("passwordpassword", field="new_password")
    assert [problem.field for problem in refusal.value.problems] == ["new_password"]
