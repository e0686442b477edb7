from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterator

import pytest

from config import ROOT
from playbook.kinds import BY_FOLDER, KINDS, Field, Form, Kind
from playbook.kinds.reading import SLUG, faults
from playbook.kinds.shared import AUDIENCES, RECORDED_ELSEWHERE
from tests.kinds.samples import minimum

# Names that the form of an entry sends beside the fields of its kind.
TAKEN_BY_THE_FORM = {"slug", "body", "note", "base", "propose", "action", "document", "csrf_token"}
# Addresses of the site that a folder would hide.
TAKEN_BY_THE_SITE = {
    *(
        "admin",
        "api",
        "c",
        "claims",
        "e",
        "export",
        "first",
        "healthz",
        "journey",
        "library",
        "map",
        "metrics",
        "new",
        "people",
        "pick",
    ),
    *(
        "preview",
        "readyz",
        "reports",
        "search",
        "sheet",
        "sign-in",
        "sign-out",
        "static",
        "suggest",
        "to",
        "usage",
    ),
}

every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


def every_field(fields: tuple[Field, ...], path: str = "") -> Iterator[tuple[str, Field]]:
    for declared in fields:
        yield f"{path}{declared.name}", declared
        yield from every_field(declared.fields, f"{path}{declared.name}.")


def test_kinds_are_told_apart_by_name_folder_and_label() -> None:
    for of in ("name", "folder", "label", "plural"):
        said = Counter(getattr(kind, of) for kind in KINDS.values())
        assert [word for word, times in said.items() if times > 1] in ([], ["Collateral"]), of
    assert len(KINDS) == len(BY_FOLDER) == 18


@every_kind
def test_a_kind_says_what_it_is(kind: Kind) -> None:
    assert KINDS[kind.name] is BY_FOLDER[kind.folder] is kind
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", kind.name)
    assert SLUG.match(kind.folder)
    assert kind.folder not in TAKEN_BY_THE_SITE
    assert kind.label[0].isupper()
    assert kind.plural[0].isupper()
    assert kind.about.endswith(".")
    assert f'id="{kind.icon}"' in (ROOT / "static/img/icons.svg").read_text()
    assert set(kind.signers) <= {"sales", "marketing", "owner"}
    assert kind.signers
    assert 1 <= kind.review_months <= 24


@every_kind
def test_fields_are_told_apart_by_their_names(kind: Kind) -> None:
    names = Counter(path for path, _ in every_field(kind.all_fields))

    assert [path for path, times in names.items() if times > 1] == []
    assert all(
        re.fullmatch(r"[a-z][a-z0-9_]*", declared.name) for _, declared in every_field(kind.all_fields)
    )
    assert {declared.name for declared in kind.all_fields}.isdisjoint(TAKEN_BY_THE_FORM | RECORDED_ELSEWHERE)


@every_kind
def test_every_field_can_be_asked_for(kind: Kind) -> None:
    for path, declared in every_field(kind.all_fields):
        assert declared.label.strip(), path
        assert bool(declared.choices) == (declared.form in {Form.CHOICE, Form.CHOICES}), path
        assert bool(declared.fields) == (declared.form in {Form.GROUP, Form.ROWS}), path
        assert len(dict(declared.choices)) == len(declared.choices), path
        assert not (declared.spoken and declared.form not in {Form.LINE, Form.TEXT, Form.LIST}), path


@every_kind
def test_rows_stand_in_no_other_field(kind: Kind) -> None:
    for path, declared in every_field(kind.all_fields):
        assert declared.form is not Form.ROWS or "." not in path, path


@every_kind
def test_every_relation_reads_both_ways(kind: Kind) -> None:
    for path, declared in every_field(kind.all_fields):
        if not declared.is_relation:
            assert (declared.verb, declared.inverse, declared.target) == ("", "", ()), path
            continue
        assert declared.verb, f"{path} has no verb"
        assert declared.inverse, f"{path} does not say how it reads from the other end"
        assert declared.verb[0].isupper(), path
        assert declared.inverse[0].isupper(), path
        assert set(declared.target) <= set(KINDS), path
        assert kind.relation_at[path] is declared


@every_kind
def test_a_sentence_is_made_of_the_fields_of_its_group(kind: Kind) -> None:
    for path, declared in every_field(kind.all_fields):
        named = {name for _, name, _, _ in string.Formatter().parse(declared.sentence) if name}
        assert named <= {inner.name for inner in declared.fields}, path


@every_kind
def test_few_fields_make_a_draft(kind: Kind) -> None:
    needed = [declared for declared in kind.all_fields if declared.to_draft]

    assert needed[0].name == "title"
    assert len(needed) <= 3
    assert faults(kind, minimum(kind)) == []


@every_kind
def test_a_shelf_is_ordered_by_a_number_or_by_nothing(kind: Kind) -> None:
    if kind.order_by:
        declared = kind.field(kind.order_by)
        assert declared is not None
        assert declared.form is Form.NUMBER
        assert declared.to_draft


@every_kind
def test_a_kind_says_its_own_fields_between_those_that_all_have(kind: Kind) -> None:
    names = [declared.name for declared in kind.all_fields]

    assert names[:2] == ["title", "summary"]
    assert names[-1] == "language"
    assert {"owner", "audience", "review_by", "evidence", "links", "tags"} <= set(names)
    assert kind.field("no_such_field") is None


def test_whoever_may_read_is_one_of_three() -> None:
    assert [audience for audience, _ in AUDIENCES] == ["internal", "customer-safe", "restricted"]
