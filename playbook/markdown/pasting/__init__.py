"""HTML from Word, Google Docs, spreadsheets and web pages → Markdown as somebody would have typed it."""

from playbook.markdown.pasting.writing import markdown_of

__all__ = ["markdown_of"]
