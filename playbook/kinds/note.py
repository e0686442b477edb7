"""Note: whatever has no other kind. It takes the front matter it is given."""

from playbook.kinds.kind import Kind

KIND = Kind(
    name="note",
    label="Note",
    plural="Notes",
    folder="notes",
    icon="file-text",
    about="Whatever has no other kind.",
    signers=("owner",),
    review_months=12,
    lenient=True,
    fields=(),
)
