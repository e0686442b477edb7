"""People with tokens, second factors and drafts; readers of restricted texts; entries that retire."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "5317f21235ad"
down_revision = "0e3062a5d395"
branch_labels = None
depends_on = None


def name_second_owners() -> None:
    """Second owners may read what is restricted; other readers no text could name before."""
    version = sa.table("version", sa.column("id", sa.Integer), sa.column("fields", sa.JSON))
    reader = sa.table("version_reader", sa.column("version_id"), sa.column("reader"))
    connection = op.get_bind()
    named = [
        {"version_id": row.id, "reader": f"person:{owner.strip()}"[:160]}
        for row in connection.execute(sa.select(version.c.id, version.c.fields))
        if isinstance(owner := row.fields.get("co_owner"), str) and owner.strip()
    ]
    if named:
        connection.execute(sa.insert(reader), named)


def upgrade() -> None:
    op.create_table(
        "attempts",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_attempts")),
    )
    op.create_table(
        "bulk_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("change", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["person.id"], name=op.f("fk_bulk_change_user_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_change")),
    )
    op.create_table(
        "draft",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("kind_name", sa.String(length=40), nullable=False),
        sa.Column("base", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("at", sa.String(length=300), nullable=False),
        sa.Column("browser", sa.String(length=60), nullable=False),
        sa.Column("writer", sa.String(length=32), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_draft_entry_id_entry"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["person.id"], name=op.f("fk_draft_user_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
    )
    with op.batch_alter_table("draft") as batch:
        batch.create_index(batch.f("ix_draft_entry_id"), ["entry_id"], unique=False)
        batch.create_index(batch.f("ix_draft_user_id"), ["user_id"], unique=False)

    op.create_table(
        "kept_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["person.id"], name=op.f("fk_kept_answer_user_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_answer")),
        sa.UniqueConstraint("user_id", "key", name=op.f("uq_kept_answer_user_id_key")),
    )
    with op.batch_alter_table("kept_answer") as batch:
        batch.create_index(batch.f("ix_kept_answer_at"), ["at"], unique=False)

    op.create_table(
        "recovery_code",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["person.id"], name=op.f("fk_recovery_code_user_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    with op.batch_alter_table("recovery_code") as batch:
        batch.create_index(batch.f("ix_recovery_code_user_id"), ["user_id"], unique=False)

    op.create_table(
        "second_factor",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["person.id"], name=op.f("fk_second_factor_user_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("shown", sa.String(length=24), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["person.id"], name=op.f("fk_token_user_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token")),
        sa.UniqueConstraint("hash", name=op.f("uq_token_hash")),
    )
    with op.batch_alter_table("token") as batch:
        batch.create_index(batch.f("ix_token_user_id"), ["user_id"], unique=False)

    op.create_table(
        "bulk_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bulk_change_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bulk_change_id"],
            ["bulk_change.id"],
            name=op.f("fk_bulk_item_bulk_change_id_bulk_change"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_bulk_item_entry_id_entry"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_item")),
        sa.UniqueConstraint("bulk_change_id", "entry_id", name=op.f("uq_bulk_item_bulk_change_id_entry_id")),
    )
    with op.batch_alter_table("bulk_item") as batch:
        batch.create_index(batch.f("ix_bulk_item_entry_id"), ["entry_id"], unique=False)

    op.create_table(
        "version_reader",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("reader", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["version.id"],
            name=op.f("fk_version_reader_version_id_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", "reader", name=op.f("pk_version_reader")),
    )
    name_second_owners()
    with op.batch_alter_table("entry") as batch:
        batch.add_column(sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(
            sa.Column("retired_because", sa.String(length=500), server_default=sa.text("''"), nullable=False)
        )
        batch.add_column(sa.Column("successor_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            "fk_entry_successor_id_entry", "entry", ["successor_id"], ["id"], ondelete="SET NULL"
        )

    with op.batch_alter_table("person") as batch:
        batch.add_column(sa.Column("signs_for", sa.String(length=20), nullable=True))

    with op.batch_alter_table("user_session") as batch:
        batch.add_column(sa.Column("awaits_code", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch.add_column(
            sa.Column("browser", sa.String(length=200), server_default=sa.text("''"), nullable=False)
        )
        batch.add_column(
            sa.Column("address", sa.String(length=45), server_default=sa.text("''"), nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("user_session") as batch:
        batch.drop_column("address")
        batch.drop_column("browser")
        batch.drop_column("awaits_code")

    with op.batch_alter_table("person") as batch:
        batch.drop_column("signs_for")

    with op.batch_alter_table("entry") as batch:
        batch.drop_constraint("fk_entry_successor_id_entry", type_="foreignkey")
        batch.drop_column("successor_id")
        batch.drop_column("retired_because")
        batch.drop_column("retired_at")

    op.drop_table("version_reader")
    with op.batch_alter_table("bulk_item") as batch:
        batch.drop_index(batch.f("ix_bulk_item_entry_id"))

    op.drop_table("bulk_item")
    with op.batch_alter_table("token") as batch:
        batch.drop_index(batch.f("ix_token_user_id"))

    op.drop_table("token")
    op.drop_table("second_factor")
    with op.batch_alter_table("recovery_code") as batch:
        batch.drop_index(batch.f("ix_recovery_code_user_id"))

    op.drop_table("recovery_code")
    with op.batch_alter_table("kept_answer") as batch:
        batch.drop_index(batch.f("ix_kept_answer_at"))

    op.drop_table("kept_answer")
    with op.batch_alter_table("draft") as batch:
        batch.drop_index(batch.f("ix_draft_user_id"))
        batch.drop_index(batch.f("ix_draft_entry_id"))

    op.drop_table("draft")
    op.drop_table("bulk_change")
    op.drop_table("attempts")
