"""Agreement as data: proposals, disagreements, reviews, comments, notices; records sealed in a chain."""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import UTC

import sqlalchemy as sa
from alembic import op

revision = "0523c28e92ef"
down_revision = "5317f21235ad"
branch_labels = None
depends_on = None

# Facts that are never changed once written, and the columns of them that nobody may touch.
FACTS = {
    "release": ("entry_id", "version_id", "user_id", "ground", "rule", "at"),
    "audit_record": ("at", "action", "thing", "detail", "origin", "salt", "content", "seal"),
    "proposal": ("version_id", "user_id", "note", "at"),
    "disagreement": ("version_id", "team", "user_id", "reason", "at"),
    "review": ("version_id", "user_id", "answer", "evidence_on", "note", "until", "at"),
    "comment": ("entry_id", "version_id", "user_id", "answers_id", "quote", "before", "after", "at"),
    "absence": ("entry_id", "user_id", "reason", "at"),
}
BEFORE = {
    "release": ("entry_id", "version_id", "user_id", "ground", "at"),
    "audit_record": ("at", "action", "thing", "detail"),
}
# What kinds asked for when the starter was signed; the others asked for both teams.
ASKED = {
    "qualifying_question": "sales,owner",
    "planner": "sales",
    "story": "owner",
    "lesson": "owner",
    "note": "owner",
}


def keep(table: str, columns: tuple[str, ...]) -> None:
    """Have the database itself refuse to change a fact. Erasing one whole is another matter."""
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


def keep_words_said() -> None:
    """Have the database refuse other words for a comment, and let its author take them away."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            'CREATE TRIGGER comment_words_are_kept BEFORE UPDATE OF words ON "comment" '
            "FOR EACH ROW WHEN (NEW.words IS DISTINCT FROM '') EXECUTE FUNCTION playbook_keep_as_written()"
        )
    else:
        op.execute(
            'CREATE TRIGGER comment_words_are_kept BEFORE UPDATE OF words ON "comment" '
            "WHEN NEW.words IS NOT '' "
            "BEGIN SELECT RAISE(ABORT, 'comment is never changed once written'); END"
        )


def let_go(table: str) -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    op.execute(f'DROP TRIGGER {table}_is_kept ON "{table}"' if postgres else f"DROP TRIGGER {table}_is_kept")


ENTRY = sa.table(
    "entry",
    *(sa.column(name) for name in ("id", "kind_name", "latest_id", "agreed_id", "proposed_id")),
    *(sa.column(name) for name in ("retired_because",)),
    sa.column("retired_at", sa.DateTime(timezone=True)),
)
VERSION = sa.table("version", *(sa.column(name) for name in ("id", "entry_id", "author_id", "hash")))
RELEASE = sa.table(
    "release",
    *(sa.column(name) for name in ("id", "entry_id", "version_id", "ground", "rule")),
    sa.column("at", sa.DateTime(timezone=True)),
)
SIGNATURE = sa.table(
    "signature",
    *(sa.column(name) for name in ("version_id", "team", "user_id", "hash", "comment")),
    sa.column("at", sa.DateTime(timezone=True)),
)
PROPOSAL = sa.table(
    "proposal",
    *(sa.column(name) for name in ("version_id", "user_id", "note")),
    sa.column("at", sa.DateTime(timezone=True)),
)
ABSENCE = sa.table(
    "absence",
    *(sa.column(name) for name in ("entry_id", "reason")),
    sa.column("at", sa.DateTime(timezone=True)),
)
RECORD = sa.table(
    "audit_record",
    *(sa.column(name) for name in ("id", "user_id", "action", "thing", "origin", "salt", "content", "seal")),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("detail", sa.JSON),
)
SETTING = sa.table("setting", sa.column("name"), sa.column("value", sa.JSON))


def say_what_was_signed() -> None:
    """Owners signed by releasing; now they do by a signature, and releases say what was asked for."""
    connection = op.get_bind()
    signed = connection.execute(
        sa.select(
            RELEASE.c.id,
            RELEASE.c.version_id,
            RELEASE.c.at,
            ENTRY.c.kind_name,
            VERSION.c.author_id,
            VERSION.c.hash,
        )
        .join(ENTRY, ENTRY.c.id == RELEASE.c.entry_id)
        .join(VERSION, VERSION.c.id == RELEASE.c.version_id)
        .where(RELEASE.c.ground == "signed")
    ).all()
    owned = set()
    for row in signed:
        rule = ASKED.get(row.kind_name, "sales,marketing")
        connection.execute(sa.update(RELEASE).where(RELEASE.c.id == row.id).values(rule=rule))
        if "owner" in rule and row.author_id is not None and row.version_id not in owned:
            owned.add(row.version_id)
            connection.execute(
                sa.insert(SIGNATURE).values(
                    version_id=row.version_id,
                    team="owner",
                    user_id=row.author_id,
                    hash=row.hash,
                    comment="",
                    at=row.at,
                )
            )


def propose_what_waits() -> None:
    """A newer version than what readers see waited to be published; now it waits to be signed."""
    connection = op.get_bind()
    version = sa.table(
        "version", sa.column("id"), sa.column("author_id"), sa.column("at", sa.DateTime(timezone=True))
    )
    waiting = connection.execute(
        sa.select(ENTRY.c.id, version.c.id.label("version_id"), version.c.author_id, version.c.at)
        .join(version, version.c.id == ENTRY.c.latest_id)
        .where(ENTRY.c.agreed_id.is_not(None), ENTRY.c.agreed_id != ENTRY.c.latest_id)
    ).all()
    for row in waiting:
        connection.execute(
            sa.insert(PROPOSAL).values(version_id=row.version_id, user_id=row.author_id, note="", at=row.at)
        )
        connection.execute(sa.update(ENTRY).where(ENTRY.c.id == row.id).values(proposed_id=row.version_id))


def write_down_absences() -> None:
    connection = op.get_bind()
    retired = connection.execute(
        sa.select(ENTRY.c.id, ENTRY.c.retired_because, ENTRY.c.retired_at).where(
            ENTRY.c.retired_at.is_not(None)
        )
    ).all()
    for row in retired:
        connection.execute(
            sa.insert(ABSENCE).values(entry_id=row.id, reason=row.retired_because, at=row.retired_at)
        )


def hashed(what: list[object]) -> str:
    text = json.dumps(what, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def seal_records() -> None:
    """Number the records without gaps and seal each with the one before it, as playbook/models/audit.py does."""
    connection = op.get_bind()
    records = connection.execute(sa.select(RECORD).order_by(RECORD.c.id)).all()
    seal = "0" * 64
    for number, row in enumerate(records, start=1):
        at = row.at if row.at.tzinfo is not None else row.at.replace(tzinfo=UTC)
        salt = secrets.token_hex(16)
        content = hashed([salt, row.user_id, row.thing, row.detail, ""])
        seal = hashed(
            [seal, number, at.astimezone(UTC).isoformat(timespec="microseconds"), row.action, content]
        )
        connection.execute(
            sa.update(RECORD)
            .where(RECORD.c.id == row.id)
            .values(id=number, salt=salt, content=content, seal=seal)
        )
    connection.execute(
        sa.insert(SETTING).values(name="audit head", value={"number": len(records), "seal": seal})
    )


def forget_what_came_with_it() -> None:
    """Leave only words that the tables before this knew."""
    connection = op.get_bind()
    connection.execute(sa.delete(SIGNATURE).where(SIGNATURE.c.team == "owner"))
    connection.execute(sa.update(RELEASE).where(RELEASE.c.ground == "unasked").values(ground="published"))
    connection.execute(sa.delete(SETTING).where(SETTING.c.name.in_(("audit head", "agreement rules"))))


def upgrade() -> None:
    for table in BEFORE:
        let_go(table)
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("back_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_absence_entry_id_entry"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["person.id"], name=op.f("fk_absence_user_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    with op.batch_alter_table("absence") as batch:
        batch.create_index(batch.f("ix_absence_entry_id"), ["entry_id"], unique=False)

    op.create_table(
        "watch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("thing", sa.String(length=60), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("quiet", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_watch_entry_id_entry"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["person.id"], name=op.f("fk_watch_user_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch")),
        sa.UniqueConstraint("user_id", "thing", name=op.f("uq_watch_user_id_thing")),
    )
    with op.batch_alter_table("watch") as batch:
        batch.create_index(batch.f("ix_watch_entry_id"), ["entry_id"], unique=False)
        batch.create_index(batch.f("ix_watch_thing"), ["thing"], unique=False)

    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("answers_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(length=2000), nullable=False),
        sa.Column("quote", sa.String(length=500), nullable=False),
        sa.Column("before", sa.String(length=40), nullable=False),
        sa.Column("after", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answers_id"], ["comment.id"], name=op.f("fk_comment_answers_id_comment"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_comment_entry_id_entry"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["resolved_by_id"], ["person.id"], name=op.f("fk_comment_resolved_by_id_person")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["person.id"], name=op.f("fk_comment_user_id_person")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_comment_version_id_version"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    with op.batch_alter_table("comment") as batch:
        batch.create_index(batch.f("ix_comment_answers_id"), ["answers_id"], unique=False)
        batch.create_index(batch.f("ix_comment_entry_id"), ["entry_id"], unique=False)
        batch.create_index(batch.f("ix_comment_version_id"), ["version_id"], unique=False)

    op.create_table(
        "disagreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("team", sa.String(length=20), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("counter_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["counter_id"],
            ["version.id"],
            name=op.f("fk_disagreement_counter_id_version"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["person.id"], name=op.f("fk_disagreement_user_id_person")),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["version.id"],
            name=op.f("fk_disagreement_version_id_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disagreement")),
    )
    with op.batch_alter_table("disagreement") as batch:
        batch.create_index(batch.f("ix_disagreement_version_id"), ["version_id"], unique=False)

    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["person.id"], name=op.f("fk_proposal_user_id_person")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_proposal_version_id_version"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    with op.batch_alter_table("proposal") as batch:
        batch.create_index(batch.f("ix_proposal_version_id"), ["version_id"], unique=False)

    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=20), nullable=False),
        sa.Column("evidence_on", sa.String(length=10), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("until", sa.String(length=10), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["person.id"], name=op.f("fk_review_user_id_person")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_review_version_id_version"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    with op.batch_alter_table("review") as batch:
        batch.create_index(batch.f("ix_review_version_id"), ["version_id"], unique=False)

    op.create_table(
        "still_true_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("because_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["because_id"],
            ["version.id"],
            name=op.f("fk_still_true_task_because_id_version"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_still_true_task_entry_id_entry"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_still_true_task")),
        sa.UniqueConstraint("entry_id", "because_id", name=op.f("uq_still_true_task_entry_id_because_id")),
    )
    with op.batch_alter_table("still_true_task") as batch:
        batch.create_index(batch.f("ix_still_true_task_because_id"), ["because_id"], unique=False)
        batch.create_index(batch.f("ix_still_true_task_entry_id"), ["entry_id"], unique=False)

    op.create_table(
        "mention",
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_mention_comment_id_comment"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["person.id"], name=op.f("fk_mention_user_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("comment_id", "user_id", name=op.f("pk_mention")),
    )
    with op.batch_alter_table("mention") as batch:
        batch.create_index(batch.f("ix_mention_user_id"), ["user_id"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(length=20), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("comment_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_notice_by_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_notice_comment_id_comment"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_notice_entry_id_entry"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["person.id"], name=op.f("fk_notice_user_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_notice_version_id_version"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    with op.batch_alter_table("notice") as batch:
        batch.create_index(batch.f("ix_notice_comment_id"), ["comment_id"], unique=False)
        batch.create_index(batch.f("ix_notice_entry_id"), ["entry_id"], unique=False)
        batch.create_index(batch.f("ix_notice_user_id"), ["user_id"], unique=False)
        batch.create_index(batch.f("ix_notice_version_id"), ["version_id"], unique=False)

    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["person.id"], name=op.f("fk_letter_user_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
    )
    with op.batch_alter_table("letter") as batch:
        batch.create_index(batch.f("ix_letter_next_at"), ["next_at"], unique=False)
        batch.create_index(batch.f("ix_letter_user_id"), ["user_id"], unique=False)

    op.create_table(
        "job_run",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("for_slot", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(length=500), server_default=sa.text("''"), nullable=False),
        sa.Column("busy_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_run")),
    )

    with op.batch_alter_table("audit_record") as batch:
        batch.add_column(
            sa.Column("origin", sa.String(length=120), server_default=sa.text("''"), nullable=False)
        )
        batch.add_column(
            sa.Column("salt", sa.String(length=32), server_default=sa.text("''"), nullable=False)
        )
        batch.add_column(
            sa.Column("content", sa.String(length=64), server_default=sa.text("''"), nullable=False)
        )
        batch.add_column(
            sa.Column("seal", sa.String(length=64), server_default=sa.text("''"), nullable=False)
        )
        batch.create_index(batch.f("ix_audit_record_action"), ["action"], unique=False)

    with op.batch_alter_table("entry") as batch:
        batch.add_column(sa.Column("proposed_id", sa.Integer(), nullable=True))
        batch.create_index(batch.f("ix_entry_proposed_id"), ["proposed_id"], unique=False)
        batch.create_foreign_key("fk_entry_proposed_id_version", "version", ["proposed_id"], ["id"])

    with op.batch_alter_table("person") as batch:
        batch.add_column(
            sa.Column("digest", sa.String(length=20), server_default=sa.text("'daily'"), nullable=False)
        )
        batch.add_column(
            sa.Column("calendar_turn", sa.Integer(), server_default=sa.text("0"), nullable=False)
        )

    with op.batch_alter_table("release") as batch:
        batch.add_column(sa.Column("rule", sa.String(length=60), nullable=True))
    say_what_was_signed()
    propose_what_waits()
    write_down_absences()
    seal_records()
    for table, columns in FACTS.items():
        keep(table, columns)
    keep_words_said()


def downgrade() -> None:
    for table in FACTS:
        let_go(table)
    forget_what_came_with_it()
    with op.batch_alter_table("release") as batch:
        batch.drop_column("rule")

    with op.batch_alter_table("person") as batch:
        batch.drop_column("calendar_turn")
        batch.drop_column("digest")

    with op.batch_alter_table("entry") as batch:
        batch.drop_constraint("fk_entry_proposed_id_version", type_="foreignkey")
        batch.drop_index(batch.f("ix_entry_proposed_id"))
        batch.drop_column("proposed_id")

    with op.batch_alter_table("audit_record") as batch:
        batch.drop_index(batch.f("ix_audit_record_action"))
        batch.drop_column("seal")
        batch.drop_column("content")
        batch.drop_column("salt")
        batch.drop_column("origin")

    op.drop_table("job_run")
    with op.batch_alter_table("letter") as batch:
        batch.drop_index(batch.f("ix_letter_user_id"))
        batch.drop_index(batch.f("ix_letter_next_at"))

    op.drop_table("letter")
    with op.batch_alter_table("notice") as batch:
        batch.drop_index(batch.f("ix_notice_version_id"))
        batch.drop_index(batch.f("ix_notice_user_id"))
        batch.drop_index(batch.f("ix_notice_entry_id"))
        batch.drop_index(batch.f("ix_notice_comment_id"))

    op.drop_table("notice")
    with op.batch_alter_table("mention") as batch:
        batch.drop_index(batch.f("ix_mention_user_id"))

    op.drop_table("mention")
    with op.batch_alter_table("still_true_task") as batch:
        batch.drop_index(batch.f("ix_still_true_task_entry_id"))
        batch.drop_index(batch.f("ix_still_true_task_because_id"))

    op.drop_table("still_true_task")
    with op.batch_alter_table("review") as batch:
        batch.drop_index(batch.f("ix_review_version_id"))

    op.drop_table("review")
    with op.batch_alter_table("proposal") as batch:
        batch.drop_index(batch.f("ix_proposal_version_id"))

    op.drop_table("proposal")
    with op.batch_alter_table("disagreement") as batch:
        batch.drop_index(batch.f("ix_disagreement_version_id"))

    op.drop_table("disagreement")
    with op.batch_alter_table("comment") as batch:
        batch.drop_index(batch.f("ix_comment_version_id"))
        batch.drop_index(batch.f("ix_comment_entry_id"))
        batch.drop_index(batch.f("ix_comment_answers_id"))

    op.drop_table("comment")
    with op.batch_alter_table("watch") as batch:
        batch.drop_index(batch.f("ix_watch_thing"))
        batch.drop_index(batch.f("ix_watch_entry_id"))

    op.drop_table("watch")
    with op.batch_alter_table("absence") as batch:
        batch.drop_index(batch.f("ix_absence_entry_id"))

    op.drop_table("absence")
    for table, columns in BEFORE.items():
        keep(table, columns)
