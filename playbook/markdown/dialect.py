"""The Markdown of this playbook: what Python-Markdown is taught beyond its own, and what it is forbidden."""

from markdown import Markdown
from markdown.extensions import Extension

from playbook.markdown.fences import Fences
from playbook.markdown.headings import HashHeadings, Headings
from playbook.markdown.linking import EntryLink, Links
from playbook.markdown.lists import Lists
from playbook.markdown.tables import Tables, TablesBelowText


class Dialect(Extension):
    """No raw HTML; fenced code and lists as CommonMark has them; `[[slug]]` and `[[slug|words]]`;
    `~~struck~~`; tables aligned by class; headings below the page's own."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name Python-Markdown calls
        md.preprocessors.deregister("html_block")
        md.preprocessors.register(Fences(md), "fences", 25)
        md.preprocessors.register(Lists(md), "lists", 24)
        md.preprocessors.register(TablesBelowText(md), "tables_below_text", 23)
        md.inlinePatterns.deregister("html")
        md.inlinePatterns.register(EntryLink(EntryLink.PATTERN, md), "entry_link", 185)
        if md.delimiters is not None:
            md.delimiters.add("~", "del", smart=False, double=True)
        md.parser.blockprocessors.register(Tables(md.parser, {"use_align_attribute": False}), "table", 75)
        md.parser.blockprocessors.register(HashHeadings(md.parser), "hashheader", 70)
        # Behind the step that puts escaped characters back, the last of Python-Markdown's own.
        md.treeprocessors.register(Links(md), "links", -1)
        md.treeprocessors.register(Headings(md), "headings", -2)
