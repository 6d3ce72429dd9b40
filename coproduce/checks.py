"""What must be true before this may serve: each thing that is not, in plain words, with what to do about it.

A refusal would lose votes, let strangers in or lie to residents; a warning is for somebody to think about.
"""

from __future__ import annotations

import difflib
import logging
import re
import string
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from coproduce import config, db, migrating, words
from coproduce.config import LOOPBACK, Settings, Wrong, variable

SHORTEST_KEY = 32
FEWEST_LETTERS = 8
SAMPLES = re.compile(r"change.?me|sample|example|secret|password|your.?key|insecure|default", re.IGNORECASE)
FOR_TESTS = re.compile(r"COPRODUCE_(TEST_\w+|CHROMIUM|REQUIRE_BROWSER)")
REMOTE_DISKS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs"}
REMOTE_DISKS |= {"fuse.sshfs", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs"}
MOUNTS = Path("/proc/mounts")
NORMAL, FULL = 1, 2  # of SQLite's `synchronous`; EXTRA is 3


@dataclass(frozen=True)
class Problem:
    words: str
    refuses: bool = True


def look(env: Mapping[str, str]) -> list[Problem]:
    """Everything that is wrong, at once: the settings first, then the database."""
    settings, unreadable = Settings.read(env)
    problems = [Problem(reason) for reason in unreadable]
    problems += unknown_names(env)
    problems += of_the_settings(settings)
    if str(env.get("FLASK_DEBUG", "")).lower() not in {"", "0", "false", "no"}:
        problems.append(Problem("FLASK_DEBUG is on, which shows strangers our insides. Unset it."))
    if not any(variable("database_url") in problem.words for problem in problems):
        problems += of_the_database(settings)
    return problems


def needed(settings: Settings) -> None:
    """Stop here when a command could not even begin."""
    problems = [*_database_url(settings), *_keys_for_the_record(settings)]
    refusals = [problem.words for problem in problems if problem.refuses]
    if refusals:
        raise Wrong("\n".join(refusals))


def unknown_names(env: Mapping[str, str]) -> list[Problem]:
    known = {variable(one.name) for one in fields(Settings)}
    strange = [name for name in env if name.startswith(config.PREFIX) and name not in known]
    return [Problem(_strange(name, known), refuses=False) for name in sorted(strange) if not FOR_TESTS.fullmatch(name)]


def _strange(name: str, known: set[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"{name} is not a setting." + (f" Did you mean {close[0]}?" if close else " Take it out.")


# -- the settings -------------------------------------------------------------------------------------------------


def of_the_settings(settings: Settings) -> list[Problem]:
    return [problem for check in SETTINGS for problem in check(settings)]


def _secrets(settings: Settings) -> Iterator[Problem]:
    for name in ("secret_key", "secret_key_before"):
        key = getattr(settings, name)
        if key or name == "secret_key":
            yield from _weak(name, key)
    yield from _keys_for_the_record(settings)
    keys = [settings.secret_key, settings.secret_key_before, settings.audit_key, settings.seal_key]
    given = [key for key in keys if key]
    if len(set(given)) < len(given):
        yield Problem("Two of the keys are the same. Give each setting a key of its own: `coproduce keys` makes them.")


def _keys_for_the_record(settings: Settings) -> Iterator[Problem]:
    yield from _weak("audit_key", settings.audit_key)
    if settings.seal_key and not re.fullmatch(r"[0-9a-fA-F]{64}", settings.seal_key):
        yield Problem(f"{variable('seal_key')} must be 64 hexadecimal digits. `coproduce keys` makes one.")
    else:
        yield from _weak("seal_key", settings.seal_key)


def _weak(name: str, key: str) -> Iterator[Problem]:
    make = "Make one with `coproduce keys`."
    if not key:
        yield Problem(f"{variable(name)} is not set. {make}")
    elif SAMPLES.search(key):
        yield Problem(f"{variable(name)} looks like a sample. {make}")
    elif len(key.encode()) < SHORTEST_KEY:
        yield Problem(f"{variable(name)} is too short: {len(key.encode())} bytes of {SHORTEST_KEY}. {make}")
    elif len(set(key)) < FEWEST_LETTERS or _repeats(key):
        yield Problem(f"{variable(name)} is easy to guess: it repeats itself. {make}")


def _repeats(key: str) -> bool:
    return key in (key + key)[1:-1] or key.lower() in string.ascii_lowercase + string.digits


def _database_url(settings: Settings) -> Iterator[Problem]:
    name = variable("database_url")
    if not settings.database_url:
        yield Problem(f"{name} is not set. Set it to sqlite:////var/lib/coproduce/coproduce.db, or to PostgreSQL's.")
        return
    try:
        url = make_url(settings.database_url)
    except ArgumentError:
        yield Problem(f"{name} cannot be read. Write it as sqlite:////path/file.db or postgresql+psycopg://…")
        return
    if url.drivername not in {"sqlite", "postgresql", "postgresql+psycopg"}:
        yield Problem(f"{name} is for {url.drivername}. Use sqlite:///… or postgresql+psycopg://…")
    elif url.drivername == "sqlite" and url.database in {None, "", ":memory:"}:
        yield Problem(f"{name} names no file, so the data would be lost at the end. Write sqlite:////path/file.db.")
    elif url.drivername != "sqlite" and not find_spec("psycopg"):
        yield Problem(f"{name} is for PostgreSQL, and psycopg is not installed. Install coproduce[postgres].")


def _address(settings: Settings) -> Iterator[Problem]:
    name, parts = variable("base_url"), urlsplit(settings.base_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
        yield Problem(f"{name} is {settings.base_url!r}. Write it as https://together.example.org, without a path.")
    elif settings.host in LOOPBACK:
        return
    elif settings.demo:
        yield Problem(f"{variable('demo')} is on at a public address: anybody could be anybody. Take it out.")
    elif parts.scheme == "http":
        yield Problem(f"{name} is plain http, so sign-ins could be read on the way. Use https behind a proxy.")
    elif not settings.proxies:
        fix = f"Set {variable('proxies')}=1 when one proxy stands in front."
        yield Problem(
            f"No proxy is counted, so floods are counted as if all came from one person. {fix}", refuses=False
        )


def _look(settings: Settings) -> Iterator[Problem]:
    for read in (config.brand, config.logo_file):
        try:
            read(settings)
        except Wrong as reason:
            yield Problem(str(reason))
    if not (Path(__file__).parent / "static" / "dist" / "manifest.json").exists():
        yield Problem("The front-end files are not built. Run `python -m coproduce.assets`.", refuses=False)


def _languages(settings: Settings) -> Iterator[Problem]:
    for code in settings.offered:
        if code not in words.KNOWN or not (words.CATALOGUES / code).is_dir():
            yield Problem(f"{variable('languages')} names {code!r}, and there is no translation for it. Take it out.")


def _mail(settings: Settings) -> Iterator[Problem]:
    name, parts = variable("mail_url"), urlsplit(settings.mail_url)
    if not settings.mail_url:
        if settings.host not in LOOPBACK:
            yield Problem(f"{name} is not set, so no letter leaves and nobody can sign in. Set it.", refuses=False)
        return
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or not _has_port(settings.mail_url):
        yield Problem(f"{name} cannot be read. Write it as smtp://user:password@mail.example.org:587.")
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", settings.mail_from):
        yield Problem(f"{variable('mail_from')} is {settings.mail_from!r}. Set it to one email address.")
    elif settings.mail_from == Settings.mail_from:
        yield Problem(f"{variable('mail_from')} is not set, so letters may be refused. Set it.", refuses=False)


def _texts(settings: Settings) -> Iterator[Problem]:
    name, parts = variable("text_url"), urlsplit(settings.text_url)
    if settings.text_url and (parts.scheme != "https" or not parts.hostname or not _has_port(settings.text_url)):
        yield Problem(f"{name} cannot be read. Write it as https://key@gateway.example.org/path.")
    if settings.passphrase_memory < Settings.passphrase_memory and not settings.demo:
        least = Settings.passphrase_memory
        yield Problem(f"{variable('passphrase_memory')} is too small to slow a thief down. Set it to {least} or more.")


def _single_sign_on(settings: Settings) -> Iterator[Problem]:
    name, parts = variable("sso_issuer"), urlsplit(settings.sso_issuer)
    if not settings.sso_issuer:
        return
    if not parts.hostname or (parts.scheme != "https" and parts.hostname not in LOOPBACK):
        yield Problem(f"{name} is {settings.sso_issuer!r}. Write it as https://…, just as the provider gives it.")
    if not settings.sso_client_id or not settings.sso_client_secret:
        needed = f"{variable('sso_client_id')} and {variable('sso_client_secret')}"
        yield Problem(f"{name} is set, and {needed} are needed with it. Set them.")
    if not (find_spec("authlib") and find_spec("requests")):
        yield Problem(f"{name} is set, and authlib is not installed. Install coproduce[sso].")


def _has_port(url: str) -> bool:
    """The port can be read, or there is none."""
    with suppress(ValueError):
        return urlsplit(url).port != 0
    return False


def _stores(settings: Settings) -> Iterator[Problem]:
    kinds = {
        "huey_url": {"memory", "sqlite", "postgresql", "postgresql+psycopg", "redis", "rediss"},
        "limits_url": {"memory", "redis", "rediss"},
    }
    for name, known in kinds.items():
        url = getattr(settings, name)
        scheme = urlsplit(url).scheme
        if url and scheme not in known:
            yield Problem(f"{variable(name)} is {url!r}. It may begin with {', '.join(sorted(known))}.")
        elif scheme.startswith("redis") and not find_spec("redis"):
            yield Problem(f"{variable(name)} is for Redis, and redis is not installed. Install coproduce[redis].")
    if urlsplit(settings.huey_url).scheme == "memory" and not settings.demo:
        yield Problem(f"{variable('huey_url')} is memory, which the worker cannot see. Take it out.")


def _numbers(settings: Settings) -> Iterator[Problem]:
    for name in ("support_needed", "mandate_days", "answer_days", "question_days", "threads"):
        if getattr(settings, name) < 1:
            yield Problem(f"{variable(name)} is {getattr(settings, name)}. Set it to 1 or more.")
    if settings.largest_request < 10_000:
        yield Problem(f"{variable('largest_request')} is too small for a form. Set it to 10000 or more.")
    if settings.log_level not in logging.getLevelNamesMapping():
        yield Problem(f"{variable('log_level')} is {settings.log_level!r}. Set it to INFO or WARNING.")


def _contact(settings: Settings) -> Iterator[Problem]:
    name = variable("security_contact")
    if not settings.security_contact:
        yield Problem(f"{name} is not set, so nobody can tell you of a hole. Set it to mailto:…", refuses=False)
    elif urlsplit(settings.security_contact).scheme not in {"mailto", "https", "tel"}:
        yield Problem(f"{name} is {settings.security_contact!r}. Begin it with mailto:, https: or tel:")
    if settings.host not in LOOPBACK:
        for invented in ("landlord", "help_phone"):
            if getattr(settings, invented) == getattr(Settings, invented):
                yield Problem(f"{variable(invented)} is still the invented one. Set it.", refuses=False)


SETTINGS: tuple[Callable[[Settings], Iterator[Problem]], ...] = (
    _secrets,
    _database_url,
    _address,
    _mail,
    _texts,
    _single_sign_on,
    _stores,
    _look,
    _languages,
    _numbers,
    _contact,
)


# -- the database -------------------------------------------------------------------------------------------------


def of_the_database(settings: Settings) -> list[Problem]:
    """What is wrong with the database as it is now. Ends every connection, so that a server may fork after it."""
    url = make_url(settings.database_url)
    on_sqlite = url.get_backend_name() == "sqlite"
    if on_sqlite and (problems := list(_file(url))):
        return problems
    engine = sa.create_engine(url, **db.engine_options(settings.database_url))
    db.prepare(engine)
    try:
        with db.reading(), engine.connect() as connection:
            settled = _sqlite(connection) if on_sqlite else _postgres(connection)
            return [*settled, *_migrated(connection)]
    except (SQLAlchemyError, OSError) as error:
        return [
            Problem(f"The database cannot be reached. Is it running, and is its address right? It says: {_why(error)}")
        ]
    finally:
        engine.dispose()


def _why(error: BaseException) -> str:
    """The first line of the driver's own words; never the address, which may hold a password."""
    return str(getattr(error, "orig", None) or error).strip().partition("\n")[0]


def _file(url: URL) -> Iterator[Problem]:
    file = Path(str(url.database)).absolute()
    if not file.parent.is_dir():
        yield Problem(f"The folder {file.parent} is not there. Make it, and let the server's user write to it.")
        return
    kind = disk_of(file)
    if kind in REMOTE_DISKS:
        yield Problem(f"The database {file} is on a network disk ({kind}), where SQLite loses data. Use a local disk.")
    if not file.exists():
        yield Problem(f"There is no database at {file}. Run `coproduce migrate`.")


def disk_of(file: Path) -> str:
    """The kind of file system that a file is on; empty when this machine does not say."""
    if not MOUNTS.exists():
        return ""
    mounts = [line.split() for line in MOUNTS.read_text().splitlines()]
    where = file.resolve()
    over = [(len(point), kind) for _, point, kind, *_ in mounts if where.is_relative_to(point.replace("\\040", " "))]
    return max(over, key=lambda mount: mount[0], default=(0, ""))[1]


def _sqlite(connection: Connection) -> Iterator[Problem]:
    def pragma(name: str) -> object:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar()

    version = db.engine_options("sqlite://")["module"].sqlite_version
    journal, synchronous = str(pragma("journal_mode")), int(str(pragma("synchronous")))
    if journal == "wal" and not db.wal_is_safe():
        fix = "Install pysqlite3, or stop everything that has the file open and start again."
        yield Problem(f"SQLite {version} can spoil a database that keeps a write-ahead log (WAL). {fix}")
    if journal not in {"wal", "delete", "truncate", "persist"}:
        yield Problem(f"SQLite's journal_mode is {journal}, which loses data. Use a disk that SQLite can lock.")
    if synchronous < (FULL if journal == "wal" else FULL + 1):
        yield Problem("SQLite's synchronous is too low: a power cut would lose votes. Take out what sets it.")
    if not pragma("foreign_keys"):
        yield Problem("SQLite's foreign_keys is off. Use the SQLite that `pip install pysqlite3` brings.")


def _postgres(connection: Connection) -> Iterator[Problem]:
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        if connection.exec_driver_sql(f"SHOW {name}").scalar() == "off":
            fix = f"Set {name} = on in postgresql.conf, and for this database and user, then reload."
            yield Problem(f"PostgreSQL's {name} is off: a power cut would lose votes. {fix}")
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
    if encoding != "UTF8":
        yield Problem(f"The database is in {encoding}, which cannot hold every name. Make one with ENCODING 'UTF8'.")


def _migrated(connection: Connection) -> Iterator[Problem]:
    now, wanted = migrating.heads_on(connection)
    if now != wanted:
        yield Problem(f"The tables are at {now or 'nothing'}, not at {wanted}. Run `coproduce migrate`.")
