from __future__ import annotations

import pytest
import sqlalchemy as sa

from playbook import clock
from playbook.db import Moment, db, quick, transaction
from playbook.models import AuditRecord, Setting, User, begin_epoch, epoch
from playbook.work import saving
from tests.world import World


def records(world: World) -> int:
    with world.context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(AuditRecord)) or 0


def test_all_that_is_done_together_is_kept_together(world: World) -> None:
    with world.context(), transaction():
        AuditRecord.note("one", "a", by=None)
        AuditRecord.note("two", "b", by=None)

    assert records(world) == 2


def test_nothing_is_half_saved(world: World) -> None:
    class Stop(Exception):
        pass

    with world.context():
        with pytest.raises(Stop), transaction() as session:
            AuditRecord.note("one", "a", by=None)
            session.flush()
            raise Stop
        assert not db.session.new
        with transaction():
            AuditRecord.note("two", "b", by=None)

    assert records(world) == 1


def test_work_outside_a_transaction_is_refused(world: World) -> None:
    with world.context():
        db.session.add(Setting(name="loose", value={}))
        with pytest.raises(RuntimeError, match=r"outside transaction\(\)"):
            db.session.commit()


def test_a_question_does_not_save_what_was_changed_outside(world: World) -> None:
    with world.context():
        world.person("ana").name = "Somebody Else"
        with pytest.raises(RuntimeError, match="outside"):
            db.session.scalars(sa.select(User)).all()


def test_what_was_changed_before_a_transaction_is_not_smuggled_in(world: World) -> None:
    with world.context():
        world.person("ana").name = "Somebody Else"
        with pytest.raises(RuntimeError, match="before"), transaction():
            pass
        db.session.rollback()
        with transaction():
            pass
        assert world.person("ana").name == "Ana Ruiz"


def test_transactions_do_not_nest(world: World) -> None:
    with world.context(), pytest.raises(RuntimeError, match="nest"), transaction(), transaction():
        pass
    with world.context(), pytest.raises(RuntimeError, match="nest"), saving(), saving():
        pass
    with world.context(), transaction():
        AuditRecord.note("after", "a", by=None)

    assert records(world) == 1


def test_a_transaction_reads_what_others_have_saved_meanwhile(world: World) -> None:
    with world.context():
        assert world.person("ana").name == "Ana Ruiz"
        with quick() as connection:
            connection.execute(
                sa.update(User).where(User.id == world.people["ana"]).values(name="Ana Ruiz-Lopez")
            )
        with transaction():
            assert world.person("ana").name == "Ana Ruiz-Lopez"


def test_what_was_saved_can_still_be_read_afterwards(world: World) -> None:
    with world.context():
        with saving():
            ana = world.person("ana")
            ana.name = "Ana R"
        assert ana.name == "Ana R"


def test_a_usage_fact_that_fails_leaves_nothing(world: World) -> None:
    with world.context():
        with pytest.raises(ZeroDivisionError), quick() as connection:
            connection.execute(sa.insert(Setting).values(name="half", value={}))
            _ = 1 / 0
        assert db.session.get(Setting, "half") is None


def test_truth_waits_for_the_disk_and_usage_does_not(world: World) -> None:
    with world.context():
        if db.engine.dialect.name == "sqlite":
            with db.engine.connect() as connection:
                pragmas = {
                    name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                    for name in (
                        "journal_mode",
                        "synchronous",
                        "foreign_keys",
                        "busy_timeout",
                        "trusted_schema",
                    )
                }
            with quick() as connection:
                assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 1
            assert pragmas == {
                "journal_mode": "wal",
                "synchronous": 2,
                "foreign_keys": 1,
                "busy_timeout": 15_000,
                "trusted_schema": 0,
            }
        else:
            with db.engine.connect() as connection:
                assert connection.exec_driver_sql("SHOW lock_timeout").scalar() == "15s"
                assert connection.exec_driver_sql("SHOW statement_timeout").scalar() == "15s"


def test_moments_are_kept_in_universal_time_whatever_zone_they_came_in(world: World) -> None:
    from datetime import UTC, datetime, timedelta, timezone

    there = timezone(timedelta(hours=5, minutes=30))
    moment = datetime(2026, 3, 1, 2, 0, tzinfo=there)
    with world.context():
        with saving() as session:
            session.add(AuditRecord(at=moment, action="a", thing="b", detail={}))
        kept = db.session.scalar(sa.select(AuditRecord.at))

        assert kept == moment
        assert kept is not None
        assert kept.tzinfo is UTC
        with pytest.raises(sa.exc.StatementError, match="time zone"), transaction() as session:
            session.add(AuditRecord(at=datetime(2026, 3, 1), action="a", thing="b", detail={}))  # noqa: DTZ001
    assert Moment().process_bind_param(None, sa.engine.default.DefaultDialect()) is None


def test_an_epoch_names_one_life_of_the_database(world: World) -> None:
    with world.context():
        first = epoch()
        with transaction():
            begin_epoch()
        assert len(first) == 32
        assert epoch() not in {"", first}
        with transaction() as session:
            session.execute(sa.delete(Setting))
        assert epoch() == ""


def test_the_clock_is_what_dates_a_record(world: World) -> None:
    before = clock.now()
    with world.context(), transaction():
        AuditRecord.note("dated", "a", by=world.person("ana"))
    with world.context():
        record = db.session.scalars(sa.select(AuditRecord)).one()

        assert before <= record.at <= clock.now()
        assert record.user_id == world.people["ana"]
