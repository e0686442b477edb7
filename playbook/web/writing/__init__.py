"""Between a document and the form that revises it."""
