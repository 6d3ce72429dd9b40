"""What `coproduce check` refuses, what it warns of, and that each sentence says what to do."""

import secrets
from dataclasses import fields

import pytest
import sqlalchemy as sa

from coproduce import checks, db
from coproduce.config import Settings
from tests import servers
from tests.operations.conftest import query

GOOD = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"  # the same in each worker of the suite


def refused(env):
    return [problem.words for problem in checks.look(env) if problem.refuses]


def warned(env):
    return [problem.words for problem in checks.look(env) if not problem.refuses]


@pytest.fixture
def ready(app, db, database_url, env):
    """The database of the other tests, which is migrated."""
    return {**env, "COPRODUCE_DATABASE_URL": database_url}


@pytest.fixture
def own(migrated, env):
    """A migrated database that may be spoilt."""
    return env


def test_a_site_that_is_set_up_well_starts(ready, coproduce):
    assert checks.look(ready) == []
    done = coproduce("check", **ready)
    assert (done.returncode, done.stdout, done.stderr) == (0, "All is well.\n", "")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SECRET_KEY", "", "SECRET_KEY is not set"),
        ("SECRET_KEY", "short-but-quite-random-9x", "too short: 25 bytes of 32"),
        ("SECRET_KEY", "s" * 64, "repeats itself"),
        ("SECRET_KEY", "0123456789abcdef" * 4, "repeats itself"),
        ("SECRET_KEY", "abcdefghijklmnopqrstuvwxyz012345", "repeats itself"),
        ("SECRET_KEY", "change-me-before-you-go-live-please-now", "looks like a sample"),
        ("SECRET_KEY_BEFORE", "short", "SECRET_KEY_BEFORE is too short"),
        ("SECRET_KEY_BEFORE", GOOD, None),
        ("AUDIT_KEY", "", "AUDIT_KEY is not set"),
        ("AUDIT_KEY", "a" * 64, "repeats itself"),
        ("SEAL_KEY", "", "SEAL_KEY is not set"),
        ("SEAL_KEY", "ab" * 32, "repeats itself"),
        ("SEAL_KEY", "not hexadecimal at all, though it is long enough", "64 hexadecimal digits"),
        ("BASE_URL", "http://together.example.org", "plain http"),
        ("BASE_URL", "https://together.example.org", None),
        ("BASE_URL", "http://localhost:8000", None),
        ("BASE_URL", "together.example.org", "Write it as https://"),
        ("BASE_URL", "https://example.org/together", "without a path"),
        ("MAIL_URL", "smtp://", "cannot be read"),
        ("MAIL_URL", "http://mail.example.org", "cannot be read"),
        ("MAIL_URL", "smtp://mail.example.org:99999", "cannot be read"),
        ("MAIL_URL", "smtps://letters:pass%40word@mail.example.org", None),
        ("MAIL_FROM", "nobody", None),
        ("BRAND_COLOUR", "#9fb7c9", "too pale"),
        ("BRAND_COLOUR", "blue", "Write it as #"),
        ("BRAND_COLOUR", "#0b5468", None),
        ("LOGO", "/no/such/logo.svg", "file that is there"),
        ("LANGUAGES", "xx", "no translation"),
        ("HUEY_URL", "kafka://queue", "It may begin with"),
        ("HUEY_URL", "memory:", "the worker cannot see"),
        ("LIMITS_URL", "postgresql://limits", "It may begin with"),
        ("SUPPORT_NEEDED", "0", "Set it to 1 or more"),
        ("SUPPORT_NEEDED", "many", "a whole number"),
        ("LARGEST_REQUEST", "10", "too small for a form"),
        ("LOG_LEVEL", "LOUD", "Set it to INFO"),
        ("SECURITY_CONTACT", "the front desk", "Begin it with mailto:"),
        ("DEMO", "perhaps", "Set it to yes or no"),
        ("DATABASE_URL", "", "DATABASE_URL is not set"),
        ("DATABASE_URL", "somewhere", "cannot be read"),
        ("DATABASE_URL", "mysql://there/it", "is for mysql"),
        ("DATABASE_URL", "sqlite://", "names no file"),
        ("DATABASE_URL", "sqlite:////no/such/folder/site.db", "folder /no/such/folder is not there"),
        ("DATABASE_URL", "postgresql+psycopg://nobody:hush@127.0.0.1:1/nothing", "cannot be reached"),
    ],
)
def test_a_wrong_setting_is_refused_with_what_to_do(ready, name, value, words):
    found = refused({**ready, f"COPRODUCE_{name}": value})
    if words is None:
        assert found == []
    else:
        [said] = found
        assert words in said
        assert "hush" not in said, "a password must not be printed"


def test_a_demo_is_not_for_the_web(ready):
    public = {**ready, "COPRODUCE_BASE_URL": "https://together.example.org", "COPRODUCE_DEMO": "yes"}
    assert any("anybody could be anybody" in said for said in refused(public))
    assert refused({**public, "COPRODUCE_BASE_URL": "http://127.0.0.1:8000"}) == []


def test_a_key_that_serves_twice_is_refused(ready):
    twice = {**ready, "COPRODUCE_AUDIT_KEY": ready["COPRODUCE_SECRET_KEY"]}
    assert any("Two of the keys are the same" in said for said in refused(twice))


def test_debugging_is_refused(ready):
    assert any("FLASK_DEBUG" in said for said in refused({**ready, "FLASK_DEBUG": "1"}))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"COPRODUCE_SECURITY_CONTACT": ""}, "SECURITY_CONTACT is not set"),
        ({"COPRODUCE_SECERT_KEY": "x"}, "Did you mean COPRODUCE_SECRET_KEY?"),
        ({"COPRODUCE_BASE_URL": "https://together.example.org"}, "No proxy is counted"),
        ({"COPRODUCE_BASE_URL": "https://together.example.org"}, "no letter leaves"),
        ({"COPRODUCE_BASE_URL": "https://together.example.org"}, "HELP_PHONE is still the invented one"),
        ({"COPRODUCE_MAIL_URL": "smtp://mail.example.org"}, "MAIL_FROM is not set"),
    ],
)
def test_what_is_only_unwise_is_a_warning(ready, changes, words):
    changed = {**ready, **changes}
    assert refused(changed) == []
    assert any(words in said for said in warned(changed))


def test_every_problem_is_told_at_once(ready, coproduce):
    wrong = {"COPRODUCE_SECRET_KEY": "x", "COPRODUCE_DEMO": "perhaps", "COPRODUCE_BRAND_COLOUR": "#ffffff"}
    done = coproduce("check", **{**ready, **wrong, "COPRODUCE_SECURITY_CONTACT": ""})
    assert done.returncode == 1
    assert done.stderr.count("Refused: ") == 3
    assert done.stderr.count("Warning: ") == 1
    assert "Put these 3 right first." in done.stderr


def test_a_database_without_our_tables_is_refused(env, engine_name):
    if engine_name == "sqlite":
        assert refused(env) == [
            f"There is no database at {env['COPRODUCE_DATABASE_URL'][10:]}. Run `coproduce migrate`."
        ]
    else:
        [said] = refused(env)
        assert "The tables are at nothing" in said


def test_a_database_of_another_version_is_refused(own):
    engine = sa.create_engine(own["COPRODUCE_DATABASE_URL"])
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'older'")
    engine.dispose()
    [said] = refused(own)
    assert "Run `coproduce migrate`" in said


# -- SQLite -------------------------------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_a_sqlite_that_can_spoil_its_log_is_refused(own, monkeypatch):
    monkeypatch.setattr(db, "wal_is_safe", lambda: False)
    monkeypatch.setattr(db, "prepare", lambda engine: None)  # as when others keep the file in that mode
    query(own["COPRODUCE_DATABASE_URL"], "PRAGMA journal_mode=WAL")
    assert any("write-ahead log" in said for said in refused(own))


@pytest.mark.sqlite
def test_a_sqlite_that_is_not_mended_runs_without_the_log(own, monkeypatch):
    monkeypatch.setattr(db, "wal_is_safe", lambda: False)
    assert refused(own) == []


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("pragma", "words"),
    [
        ("synchronous=NORMAL", "a power cut would lose votes"),
        ("synchronous=OFF", "a power cut would lose votes"),
        ("foreign_keys=OFF", "foreign_keys is off"),
        ("journal_mode=MEMORY", "which loses data"),
    ],
)
def test_settings_of_sqlite_that_lose_data_are_refused(own, monkeypatch, pragma, words):
    prepare = db.prepare

    def spoil(engine):
        prepare(engine)
        sa.event.listen(engine, "connect", lambda connection, record: connection.execute(f"PRAGMA {pragma}"))

    monkeypatch.setattr(db, "prepare", spoil)
    assert any(words in said for said in refused(own))


@pytest.mark.sqlite
@pytest.mark.parametrize(("kind", "fine"), [("nfs4", False), ("cifs", False), ("ext4", True), ("xfs", True)])
def test_a_network_disk_is_refused(own, monkeypatch, tmp_path, kind, fine):
    mounts = tmp_path / "mounts"
    mounts.write_text(f"proc /proc proc rw 0 0\n/dev/vda / ext4 rw 0 0\nserver:/data {tmp_path} {kind} rw 0 0\n")
    monkeypatch.setattr(checks, "MOUNTS", mounts)
    assert any("network disk" in said for said in refused(own)) is not fine


# -- PostgreSQL ---------------------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_a_server_that_does_not_wait_for_its_disk_is_refused(own):
    url = sa.make_url(own["COPRODUCE_DATABASE_URL"])
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f'ALTER DATABASE "{url.database}" SET synchronous_commit = off')
    engine.dispose()
    [said] = refused(own)
    assert "synchronous_commit is off" in said
    assert "synchronous_commit = on" in said


@pytest.mark.postgres
@pytest.mark.parametrize("name", ["fsync", "full_page_writes"])
def test_a_server_that_trusts_to_luck_is_refused(ready, name):
    engine = sa.create_engine(sa.make_url(ready["COPRODUCE_DATABASE_URL"]), isolation_level="AUTOCOMMIT")

    def change(how):
        with engine.connect() as connection:
            connection.exec_driver_sql(f"ALTER SYSTEM {how}")
            connection.exec_driver_sql("SELECT pg_reload_conf()")

    change(f"SET {name} = off")
    try:
        until_it_is(ready["COPRODUCE_DATABASE_URL"], name, "off")
        [said] = refused(ready)
        assert f"{name} is off" in said
    finally:
        change(f"RESET {name}")
        until_it_is(ready["COPRODUCE_DATABASE_URL"], name, "on")
        engine.dispose()


def until_it_is(url, name, value):
    for _ in range(200):
        if query(url, f"SHOW {name}")[0][0] == value:
            return
    raise AssertionError(f"{name} never became {value}")


@pytest.mark.postgres
def test_a_database_that_cannot_hold_every_name_is_refused(env):
    base = sa.make_url(servers.postgres_url())
    engine = sa.create_engine(base.set(database="postgres"), isolation_level="AUTOCOMMIT")
    name = f"latin_{secrets.token_hex(4)}"
    with engine.connect() as connection:
        make = f"CREATE DATABASE \"{name}\" ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0"
        connection.exec_driver_sql(make)
    engine.dispose()
    url = base.set(database=name).render_as_string(hide_password=False)
    assert any("LATIN1" in said for said in refused({**env, "COPRODUCE_DATABASE_URL": url}))


def test_every_setting_says_what_it_is_for():
    assert all(one.metadata["words"] for one in fields(Settings))
