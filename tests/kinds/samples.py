"""Fields of every kind: the fewest that make a draft, those of the starter playbook, and any that fit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from playbook.document import Document
from playbook.kinds import BY_FOLDER, Field, Form, Kind

CONTENT = Path(__file__).parents[2] / "content"
STARTER = sorted(CONTENT.glob("*/*.md"))


def starter(path: Path) -> tuple[Kind, Document]:
    """The kind and the text of a file of the starter playbook."""
    return BY_FOLDER[path.parent.name], Document.parse(path.read_bytes().decode())


def minimum(kind: Kind) -> dict[str, Any]:
    """The fewest fields that make a draft of a kind."""
    return {declared.name: an_example(declared) for declared in kind.all_fields if declared.to_draft}


def enough(kind: Kind) -> dict[str, Any]:
    """The fewest fields with which a version of a kind can be proposed."""
    return {
        declared.name: an_example(declared)
        for declared in kind.all_fields
        if declared.to_draft or declared.to_agree
    }


def an_example(declared: Field) -> Any:
    match declared.form:
        case Form.NUMBER:
            return 1
        case Form.FLAG:
            return True
        case Form.DATE:
            return "2027-03-31"
        case Form.CHOICE:
            return declared.choices[0][0]
        case Form.CHOICES:
            return [declared.choices[0][0]]
        case Form.LIST | Form.PEOPLE:
            return ["First of several"]
        case Form.RELATION:
            return "some-entry"
        case Form.RELATIONS:
            return ["some-entry"]
        case Form.GROUP:
            return {inner.name: an_example(inner) for inner in declared.fields}
        case Form.ROWS:
            return [{inner.name: an_example(inner) for inner in declared.fields}]
        case Form.TABLE:
            return {"a key": "a value"}
        case _:
            return f"{declared.label}, in a sentence"


slugs = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)
texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00") | st.sampled_from(" \n\t\r:,|>#'\"-"),
    max_size=40,
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def fitting(declared: Field) -> st.SearchStrategy[Any]:
    """Values that a draft may hold in a field."""
    match declared.form:
        case Form.NUMBER:
            return st.integers(-(10**6), 10**6) | st.sampled_from([0.5, 1.0, 99.25])
        case Form.FLAG:
            return st.booleans()
        case Form.DATE:
            return st.dates().map(str)
        case Form.CHOICE:
            return st.sampled_from([value for value, _ in declared.choices])
        case Form.CHOICES:
            return st.lists(st.sampled_from([value for value, _ in declared.choices]), max_size=4)
        case Form.LIST | Form.PEOPLE:
            return st.lists(texts | st.integers(0, 99), max_size=4)
        case Form.RELATION:
            return slugs
        case Form.RELATIONS:
            return st.lists(slugs, max_size=4)
        case Form.GROUP:
            return with_others(fields_of(declared.fields))
        case Form.ROWS:
            return st.lists(with_others(fields_of(declared.fields)), max_size=3)
        case Form.TABLE:
            return st.dictionaries(
                texts, texts | st.integers() | st.lists(texts, max_size=3) | st.none(), max_size=3
            )
        case _:
            return texts | st.integers(0, 99)


def fields_of(declared: tuple[Field, ...]) -> st.SearchStrategy[dict[str, Any]]:
    """Some of the fields, each with a value that fits."""
    needed = {each.name: fitting(each) for each in declared if each.to_draft}
    others = {each.name: fitting(each) for each in declared if not each.to_draft}
    return st.fixed_dictionaries(needed, optional=others)


def with_others(fields: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Now and then with keys that nobody declared."""
    return st.builds(
        lambda known, others: {**others, **known},
        fields,
        st.dictionaries(slugs.map("x-{}".format), texts, max_size=1),
    )
