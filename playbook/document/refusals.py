"""What the YAML parser complains about, said as a colleague would."""

import re

from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

_CONFLICT_MARKER = re.compile(r"^(?:<{7}|={7}|>{7})(?= |\r|$)", re.MULTILINE)


class Refused(Exception):
    """Front matter that cannot be taken: why, and at which character of the front matter."""

    def __init__(self, why: str, offset: int) -> None:
        super().__init__(why)
        self.why = why
        self.offset = offset


def in_plain_words(error: YAMLError, front: str) -> Refused:
    """The parser's complaint about `front` as a sentence, with the place to look at."""
    marker = _CONFLICT_MARKER.search(front)
    if marker:
        return Refused(
            "two versions stand side by side here; keep one and take out the marker lines", marker.start()
        )
    if isinstance(error, ReaderError):
        return Refused(
            f"a control character (U+{error.character:04X}) cannot stand in front matter", error.position
        )
    if not isinstance(error, MarkedYAMLError):
        return Refused(f"the front matter cannot be read: {error}", 0)
    context, problem = error.context or "", error.problem or ""
    here = error.problem_mark.index if error.problem_mark else 0
    opened = error.context_mark.index if error.context_mark else here
    for wanted_context, wanted_problem, message, at_opening in _COMPLAINTS:
        if wanted_context in context and wanted_problem in problem:
            return Refused(message.format(found=_found(problem)), opened if at_opening else here)
    return Refused(f"the front matter cannot be read: {problem or context}", here)


def _found(problem: str) -> str:
    found = re.search(r"found (?:character |unknown escape character )?['\"](.+?)['\"]", problem)
    return found.group(1) if found else ""


# (in the context, in the problem, what to say, whether to point at where it began)
_COMPLAINTS = (
    ("quoted scalar", "end of stream", "the quote that starts here is not closed", True),
    ("quoted scalar", "document separator", "the quote that starts here is not closed", True),
    (
        "double-quoted scalar",
        "unknown escape",
        "“\\{found}” means nothing inside double quotes; write two backslashes",
        False,
    ),
    (
        "double-quoted scalar",
        "escape sequence",
        "the code behind \\x, \\u or \\U is not complete; for a backslash write two backslashes",
        False,
    ),
    ("flow sequence", "end", "the list that opens with [ here is not closed", True),
    ("flow sequence", "", "there is a comma or a ] missing in the list that opens here", True),
    ("flow mapping", "end", "the {{ that opens here is not closed", True),
    ("flow mapping", "", "there is a comma or a }} missing in what opens with {{ here", True),
    ("simple key", "", "a colon is missing: each line has to read “key: value”", True),
    (
        "",
        "mapping values are not allowed",
        "there is one colon too many here; put the text in quotes, or check how far the line is indented",
        False,
    ),
    ("", "sequence entries are not allowed", "a list item has to start on a line of its own", False),
    (
        "",
        "character '\\t' that cannot start",
        "a tab cannot indent a line of front matter; use spaces",
        False,
    ),
    ("", "that cannot start any token", "text that starts with {found} needs quotes", False),
    (
        "block scalar",
        "",
        "what stands behind | or > here is not understood; start the text on the next line",
        False,
    ),
    ("scanning an anchor", "", "text that starts with & needs quotes", False),
    ("scanning an alias", "", "text that starts with * needs quotes", False),
    ("", "undefined tag", "text that starts with ! needs quotes", True),
    (" tag", "", "text that starts with ! needs quotes", True),
    ("", "expected URI", "text that starts with ! needs quotes", True),
    ("", "mapping keys are not allowed", "text that starts with ? needs quotes", False),
    ("", "the node content, but found '<", "a value is missing here", False),
    ("", "the node content", "text that starts with {found} needs quotes", False),
    ("", "<document start>", "the front matter has to be lines of “key: value”", False),
    (
        "block mapping",
        "block sequence start",
        "a list item stands where a “key: value” line is expected; check how far the line is indented",
        False,
    ),
    (
        "block mapping",
        "block mapping start",
        "this line is indented differently from those above it",
        False,
    ),
    (
        "block mapping",
        "",
        "something stands behind the end of the value; put all of the text in quotes",
        False,
    ),
    ("block collection", "", "this line is neither a list item nor indented under one", False),
)
