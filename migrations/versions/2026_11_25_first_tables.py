"""The first tables, and the triggers that keep facts as they were written."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0e3062a5d395"
down_revision = None
branch_labels = None
depends_on = None


# Facts that are never changed once written, and the columns of them that nobody may touch.
FACTS = {
    "version": ("entry_id", "number", "text", "hash", "author_id", "at", "note"),
    "release": ("entry_id", "version_id", "user_id", "ground", "at"),
    "signature": ("version_id", "team", "user_id", "hash", "comment", "at"),
    "audit_record": ("at", "action", "thing", "detail"),
    "usage_event": ("at", "type", "surface", "entry_id", "version_id", "query_id", "position", "what"),
    "search_query": ("at", "words", "facets", "total"),
}


def keep_as_written() -> None:
    """Have the database itself refuse to change a fact. Erasing one whole is another matter."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION playbook_keep_as_written() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is never changed once written', TG_TABLE_NAME; END $$"
        )
    for table, columns in FACTS.items():
        names = ", ".join(f'"{column}"' for column in columns)
        if op.get_bind().dialect.name == "postgresql":
            op.execute(
                f'CREATE TRIGGER {table}_is_kept BEFORE UPDATE OF {names} ON "{table}" '
                "FOR EACH ROW EXECUTE FUNCTION playbook_keep_as_written()"
            )
        else:
            op.execute(
                f'CREATE TRIGGER {table}_is_kept BEFORE UPDATE OF {names} ON "{table}" '
                f"BEGIN SELECT RAISE(ABORT, '{table} is never changed once written'); END"
            )


def stop_keeping() -> None:
    for table in FACTS:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f'DROP TRIGGER {table}_is_kept ON "{table}"')
        else:
            op.execute(f"DROP TRIGGER {table}_is_kept")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION playbook_keep_as_written()")


def upgrade() -> None:
    op.create_table(
        "entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=200), nullable=False),
        sa.Column("kind_name", sa.String(length=40), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("latest_id", sa.Integer(), nullable=True),
        sa.Column("agreed_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("summary", sa.String(length=500), nullable=False),
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.Column("audience", sa.String(length=20), nullable=False),
        sa.Column("review_by", sa.String(length=10), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("slug", name=op.f("uq_entry_slug")),
    )
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entry_agreed_id"), ["agreed_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_entry_changed_at"), ["changed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_entry_kind_name"), ["kind_name"], unique=False)
        batch_op.create_index(batch_op.f("ix_entry_owner"), ["owner"], unique=False)

    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("handle", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("team", sa.String(length=20), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("auth_epoch", sa.Integer(), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
        sa.UniqueConstraint("handle", name=op.f("uq_person_handle")),
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_setting")),
    )
    op.create_table(
        "stale_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stale_entry")),
    )
    op.create_table(
        "address",
        sa.Column("slug", sa.String(length=200), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_address_entry_id_entry"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_address")),
    )
    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_address_entry_id"), ["entry_id"], unique=False)

    op.create_table(
        "audit_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("thing", sa.String(length=240), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["person.id"], name=op.f("fk_audit_record_user_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_record")),
    )
    with op.batch_alter_table("audit_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_record_at"), ["at"], unique=False)

    op.create_table(
        "one_time_link",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["person.id"], name=op.f("fk_one_time_link_user_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_link")),
    )
    with op.batch_alter_table("one_time_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_one_time_link_user_id"), ["user_id"], unique=False)

    op.create_table(
        "search_query",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("facets", sa.JSON(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["person.id"], name=op.f("fk_search_query_user_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_query")),
    )
    with op.batch_alter_table("search_query", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_search_query_at"), ["at"], unique=False)

    op.create_table(
        "user_session",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("auth_epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["person.id"], name=op.f("fk_user_session_user_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_session")),
    )
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_session_user_id"), ["user_id"], unique=False)

    op.create_table(
        "version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("summary", sa.String(length=500), nullable=False),
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.Column("audience", sa.String(length=20), nullable=False),
        sa.Column("review_by", sa.String(length=10), nullable=True),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("plain", sa.Text(), nullable=False),
        sa.Column("renderer", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_version_author_id_person")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_version_entry_id_entry"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version")),
        sa.UniqueConstraint("entry_id", "number", name=op.f("uq_version_entry_id_number")),
    )
    with op.batch_alter_table("version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_version_author_id"), ["author_id"], unique=False)

    op.create_table(
        "link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=120), nullable=False),
        sa.Column("target", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_link_version_id_version"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
    )
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_link_target"), ["target"], unique=False)
        batch_op.create_index(batch_op.f("ix_link_version_id"), ["version_id"], unique=False)

    op.create_table(
        "release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("ground", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_release_entry_id_entry"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["person.id"], name=op.f("fk_release_user_id_person")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_release_version_id_version"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
    )
    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_release_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_release_version_id"), ["version_id"], unique=False)

    op.create_table(
        "signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("team", sa.String(length=20), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("comment", sa.String(length=1000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["person.id"], name=op.f("fk_signature_user_id_person")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_signature_version_id_version"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
        sa.UniqueConstraint("version_id", "team", name=op.f("uq_signature_version_id_team")),
    )
    op.create_table(
        "usage_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("surface", sa.String(length=20), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("query_id", sa.String(length=32), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("what", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_usage_event_entry_id_entry"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["person.id"], name=op.f("fk_usage_event_user_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_usage_event_version_id_version"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_event")),
    )
    with op.batch_alter_table("usage_event", schema=None) as batch_op:
        batch_op.create_index("ix_usage_event_entry_id_type_at", ["entry_id", "type", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_usage_event_query_id"), ["query_id"], unique=False)
        batch_op.create_index(
            "ix_usage_event_user_id_entry_id_type_at", ["user_id", "entry_id", "type", "at"], unique=False
        )

    # Entries and versions point at each other, so one of the two has to wait.
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.create_foreign_key("fk_entry_latest_id_version", "version", ["latest_id"], ["id"])
        batch_op.create_foreign_key("fk_entry_agreed_id_version", "version", ["agreed_id"], ["id"])

    keep_as_written()


def downgrade() -> None:
    stop_keeping()
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.drop_constraint("fk_entry_agreed_id_version", type_="foreignkey")
        batch_op.drop_constraint("fk_entry_latest_id_version", type_="foreignkey")

    with op.batch_alter_table("usage_event", schema=None) as batch_op:
        batch_op.drop_index("ix_usage_event_user_id_entry_id_type_at")
        batch_op.drop_index(batch_op.f("ix_usage_event_query_id"))
        batch_op.drop_index("ix_usage_event_entry_id_type_at")

    op.drop_table("usage_event")
    op.drop_table("signature")
    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_release_version_id"))
        batch_op.drop_index(batch_op.f("ix_release_entry_id"))

    op.drop_table("release")
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_link_version_id"))
        batch_op.drop_index(batch_op.f("ix_link_target"))

    op.drop_table("link")
    with op.batch_alter_table("version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_version_author_id"))

    op.drop_table("version")
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_session_user_id"))

    op.drop_table("user_session")
    with op.batch_alter_table("search_query", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_search_query_at"))

    op.drop_table("search_query")
    with op.batch_alter_table("one_time_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_one_time_link_user_id"))

    op.drop_table("one_time_link")
    with op.batch_alter_table("audit_record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_record_at"))

    op.drop_table("audit_record")
    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_address_entry_id"))

    op.drop_table("address")
    op.drop_table("stale_entry")
    op.drop_table("setting")
    op.drop_table("person")
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entry_owner"))
        batch_op.drop_index(batch_op.f("ix_entry_kind_name"))
        batch_op.drop_index(batch_op.f("ix_entry_changed_at"))
        batch_op.drop_index(batch_op.f("ix_entry_agreed_id"))

    op.drop_table("entry")
