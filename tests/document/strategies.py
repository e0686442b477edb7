"""Texts, values and documents that people and programs might hand in, the nasty ones included."""

from hypothesis import strategies as st

_TRAPS = [
    "no",
    "on",
    "~",
    "null",
    "true",
    "1e3",
    "0x1f",
    ".inf",
    "-.NaN",
    "2026-03-01",
    "---",
    "...",
    "- a",
    "a: b",
    "a #b",
    "#a",
    "'",
    '"',
    "\\",
    "a\n",
    "a\n\n",
    "\na",
    " a",
    "a ",
    "a\nb\n",
    "a\n  b\nc\n",
    "a\n\tb\n",
    "a\n \nb",
    "a \nb",
    "a\n\n\nb",
    "word " * 60 + "end",
    "word " * 60 + "end\n",
    "two  spaces " * 30 + "x",
    "<<",
    "x:",
    "? a",
    "| a",
    "> b",
    "%a",
    "@a",
    "`a`",
    "[a]",
    "{a: b}",
    ", a",
    "*a",
    "&a",
    "!a",
    "persona-cfo",
    "D1",
    "one\ttwo",
    "a\r\nb",
]
_SIGNS = " \t\n\r:#-?!&*|>%@`'\"\\[]{},.~=<0123e+_an\x85\xa0\u2028\u2029\ufeff\ufffe\x07\x7f\u202eé😀"

texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30),
    st.text(st.sampled_from(_SIGNS), max_size=30),
    st.sampled_from(_TRAPS),
)
scalars = st.one_of(
    texts,
    st.none(),
    st.booleans(),
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
)
names = texts.filter(lambda text: len(text) <= 100)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=10,
)
fields = st.dictionaries(names, values, max_size=5)

# One key in many hands: comments, blanks, every kind of quote and block, anchors, odd spacing.
WRITTEN = [
    "{k}: word\n",
    '{k}: "a quoted: one"   # why\n',
    "{k}: 'single'\n",
    "{k}: 0.60\n",
    "{k}: 2026-01-01\n",
    "{k}:\n",
    "{k}: # nothing yet\n",
    "{k}: >  # folded\n  some text\n  more text\n\n  a paragraph\n",
    "{k}: |\n  line one\n    indented\n",
    "{k}: |+\n  kept\n\n\n",
    "{k}: [a, b, c]  # list\n",
    "{k}: [a,\n  b, # inside\n  c]\n",
    "{k}: {{x: 1, y: two}}\n",
    '{k}:\n  - a\n  - "b c"\n  # trailing, indented\n',
    "{k}:\n- a\n- b\n",
    '{k}:   # rows\n  - id: R1\n    text: "one"\n\n  - id: R2\n    text: two  # here\n',
    "{k}:\n  x: 1\n  y:\n    - z\n",
    "{k}: several\n  lines bare\n",
    '{k}: "several\n  lines quoted"\n',
    "{k}: &name_{k} [x, y]\n",
    "{k} : a spaced colon\n",
    '"{k}": a quoted key\n',
    "{k}: !!str 5\n",
]
BETWEEN = ["# a comment of its own\n", "\n", "   \n", "  # an indented comment\n"]


@st.composite
def handwritten(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    """A document text, and the lines of each of its keys."""
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    keys = draw(st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=6))
    lines: dict[str, str] = {}
    front = ""
    for key in keys:
        lines[key] = draw(st.sampled_from(WRITTEN)).format(k=key).replace("\n", newline)
        front += lines[key]
        if not front.endswith(newline * 3):  # Blank lines behind a kept block are part of its text.
            front += draw(st.sampled_from(["", *BETWEEN])).replace("\n", newline)
    mark = draw(st.sampled_from(["", "\ufeff"]))
    close = draw(st.sampled_from(["---", "...", "--- "]))
    body = draw(
        st.sampled_from(["", newline, f"{newline}## Head{newline}text", f"{newline}{newline}---{newline}"])
    )
    return f"{mark}---{newline}{front}{close}{body}", lines
