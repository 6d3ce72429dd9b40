"""The `coproduce` command. `coproduce --help` lists what it can do; docs/running.md tells when.

Each command imports what it needs when it runs, so that `coproduce keys` need not wait for a whole site.
"""

# ruff: noqa: PLC0415

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coproduce.config import Settings, Wrong, table

if TYPE_CHECKING:
    from flask import Flask

A_FILE = click.Path(path_type=Path)


class Plain(click.Group):
    """Says what is wrong in a sentence, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Wrong as wrong:
            click.echo(str(wrong), err=True)
            ctx.exit(1)


@click.group(cls=Plain)
def main() -> None:
    """Coproduce: residents and their landlord decide things together."""


# -- setting up ---------------------------------------------------------------------------------------------------


@main.command()
def keys() -> None:
    """Print fresh keys for the settings that need one."""
    for name in ("SECRET_KEY", "AUDIT_KEY", "SEAL_KEY"):
        click.echo(f"COPRODUCE_{name}={secrets.token_hex(32)}")


@main.command("settings")
def list_settings() -> None:
    """Print every setting, what it is for and what it is when not set."""
    click.echo(table())


@main.command()
def migrate() -> None:
    """Bring the database's tables up to date."""
    from coproduce.migrating import upgrade

    with inside():
        upgrade()
    click.echo("The database is up to date.")


@main.command("init-admin")
@click.argument("email")
@click.option("--name", required=True, help="The full name of whoever this is.")
def init_admin(email: str, name: str) -> None:
    """Make EMAIL an administrator, and print a link that signs them in once, within the hour."""
    from coproduce import db
    from coproduce.accounts import actions
    from coproduce.errors import Conflict

    try:
        with inside(), db.transaction():
            link = actions.init_admin(email, name)
    except Conflict as conflict:
        raise Wrong(str(conflict)) from None
    click.echo(f"{email} is an administrator. This link signs them in once, within the hour:\n{link}")


@main.command()
def check() -> None:
    """Say all that is wrong with the settings and the database, and how to put it right."""
    refuse_what_is_wrong()
    click.echo("All is well.")


# -- running ------------------------------------------------------------------------------------------------------


@main.command()
@click.option("--bind", help="host:port or unix:/path, instead of COPRODUCE_BIND.")
def serve(bind: str | None) -> None:
    """Serve the site, once `check` finds nothing to refuse."""
    from coproduce import logs, serving

    refuse_what_is_wrong()
    settings = Settings.from_env()
    logs.configure(settings.log_level)
    serving.serve(settings, bind or settings.bind)


@main.command()
def worker() -> None:
    """Do what is due, each minute: send letters, close ballots, seal the record. Run one beside the site."""
    import structlog

    from coproduce import jobs

    refuse_what_is_wrong()
    with inside() as app:
        structlog.get_logger("coproduce").info("worker.started")
    jobs.work(app.extensions["huey"])
    structlog.get_logger("coproduce").info("worker.stopped")


@main.command()
def healthy() -> None:
    """Ask the site that runs on this machine whether it is well. Exit status 1 when it is not."""
    from coproduce.serving import is_healthy

    if not is_healthy(Settings.from_env()):
        raise Wrong("The site does not answer.")


@main.command()
@click.option("--port", default=8000, show_default=True)
@click.option("--folder", type=A_FILE, help="Where its keys and data are kept, instead of var/demo.")
@click.option("--forget", is_flag=True, help="Throw its data away instead.")
def demo(port: int, folder: Path | None, forget: bool) -> None:
    """Show the invented year on this machine, with nothing to set up."""
    from coproduce import showing

    if forget:
        showing.forget(folder or showing.FOLDER)
        click.echo("The demo's data is gone. `make demo` starts over.")
    else:
        showing.show(folder or showing.FOLDER, port)


# -- copies -------------------------------------------------------------------------------------------------------


@main.command()
@click.argument("to", type=A_FILE)
def backup(to: Path) -> None:
    """Copy the database to the file TO, or into the folder TO, while everything runs."""
    from coproduce import backups

    made = backups.make(settings_that_can_begin(), to)
    click.echo(f"{made} holds the whole database ({made.stat().st_size} bytes).")


@main.command()
@click.argument("source", metavar="FROM", type=A_FILE)
@click.option("--replace", is_flag=True, help="Throw away what the database holds now.")
def restore(source: Path, replace: bool) -> None:
    """Put the copy FROM back, and check it. Stop the site and the worker first."""
    from coproduce import backups, db, migrating

    backups.restore(settings_that_can_begin(), source, replace=replace)
    with inside():
        with db.reading(), db.db.engine.connect() as connection:
            counts = backups.count_rows(connection)
            now, wanted = migrating.heads_on(connection)
        for name, count in counts.items():
            click.echo(f"{count:>9} {name}")
        click.echo(f"{source} is back: {sum(counts.values())} rows in {len(counts)} tables.")
        if now != wanted:
            click.echo("It is from another version. Run `coproduce migrate`, then `coproduce audit verify`.")
            return
        tell_what_the_record_says(None, None)


# -- the record ---------------------------------------------------------------------------------------------------


@main.group()
def audit() -> None:
    """The record: check it, seal it."""


@audit.command()
@click.option("--anchor", help="NUMBER:HEAD as it was kept elsewhere, in a letter or on paper.")
@click.option("--public-key", help="The public key that was published, in hexadecimal, instead of ours.")
def verify(anchor: str | None, public_key: str | None) -> None:
    """Name every row that was edited, inserted, removed or cut off. Exit status 1 when there is one."""
    kept = read_anchor(anchor) if anchor else None
    if public_key and not is_hex(public_key, 64):
        raise Wrong("Give the public key as 64 hexadecimal digits, as it was published.")
    with inside():
        tell_what_the_record_says(kept, public_key)


@audit.command()
def seal() -> None:
    """Seal what is not sealed yet, now; the worker does it each minute."""
    from coproduce import audit as record

    with inside():
        count = record.seal_what_is_new()
        click.echo(f"{count} rows were sealed.")
        newest = record.seals(limit=1)
        if newest:
            click.echo(f"The head is {newest[0].last}:{newest[0].head}. Keep it outside, to compare with later.")


def tell_what_the_record_says(anchor: tuple[int, str] | None, public_key: str | None) -> None:
    from coproduce import audit as record
    from coproduce import db

    with db.reading():
        found = record.verify(anchor=anchor, public_key=public_key)
    for finding in found.findings:
        click.echo(f"{finding.what}: {finding.where}")
    click.echo(f"The record has {found.rows} rows. {found.unsealed} are younger than the last seal.")
    if found.last:
        click.echo(f"The head is {found.last}:{found.head}.")
    if found.findings:
        raise Wrong(f"{len(found.findings)} things are not as they were written.")
    click.echo("Nothing was edited, inserted or removed.")


def read_anchor(text: str) -> tuple[int, str]:
    number, _, head = text.partition(":")
    if not (number.isascii() and number.isdigit() and is_hex(head, 64)):
        raise Wrong("Write the anchor as NUMBER:HEAD, such as 1200:9f86d081… (64 digits).")
    return int(number), head.lower()


def is_hex(text: str, length: int) -> bool:
    return len(text) == length and all(letter in "0123456789abcdefABCDEF" for letter in text)


# -- people -------------------------------------------------------------------------------------------------------


@main.group()
def people() -> None:
    """People: everything that is held of one."""


@people.command("export")
@click.argument("person")
@click.option("--out", type=A_FILE, help="The file to write, instead of printing it. Only its owner may read it.")
def export_person(person: str, out: Path | None) -> None:
    """Write out, as JSON, every row about PERSON: a resident number, an email they sign in with, or our own number.

    The answer to a subject access request (UK GDPR, Article 15). Look through it first: words of other people may
    stand in it.
    """
    import json

    from coproduce import db
    from coproduce.accounts.queries import holdings

    with inside(), db.reading():
        found = holdings.find(person)
        if found is None:
            raise Wrong(f"Nobody has the number or email {person!r}.")
        written = json.dumps(holdings.export(found), indent=2, ensure_ascii=False) + "\n"
    if out is None:
        click.echo(written.encode(), nl=False)
        return
    handle = os.open(out, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(written)
    click.echo(f"{out} holds everything about person {found}.")


# -- the register -------------------------------------------------------------------------------------------------


@main.group()
def duties() -> None:
    """The register of duties: begin it, copy it out, take a copy in."""


@duties.command()
def load() -> None:
    """Begin with our own starting register. Duties that are there already stay as they are."""
    from coproduce import db
    from coproduce.duties import actions

    with inside(), db.transaction():
        added = actions.load_register()
    click.echo(f"{added} duties were added.")


@duties.command("export")
@click.option("--format", "kind", type=click.Choice(["json"]), default="json", show_default=True)
@click.option("--out", type=A_FILE, help="The file to write, instead of printing it.")
def export_duties(kind: str, out: Path | None) -> None:
    """Write out every duty with its whole history."""
    from coproduce import db
    from coproduce.duties import queries
    from coproduce.duties.rules import document

    with inside(), db.reading():
        written = document.to_json(queries.export())
    if out:
        out.write_text(written, encoding="utf-8")
    else:
        click.echo(written.encode(), nl=False)


@duties.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def import_duties(file: Path) -> None:
    """Take in a register that `export` wrote: all of it, or nothing."""
    from coproduce import db
    from coproduce.duties import actions
    from coproduce.duties.rules import document

    try:
        given = document.from_json(file.read_bytes())
        with inside(), db.transaction():
            added = actions.import_register(given)
    except document.BadRegister as bad:
        raise Wrong("\n".join(["Nothing was taken in.", *(str(problem) for problem in bad.problems)])) from None
    click.echo(f"{added.duties} duties and {added.versions} versions were added.")


# -- what the commands share --------------------------------------------------------------------------------------


def settings_that_can_begin() -> Settings:
    from coproduce import checks

    settings = Settings.from_env()
    checks.needed(settings)
    return settings


@contextmanager
def inside() -> Iterator[Flask]:
    """Inside the app, as commands need it."""
    settings = settings_that_can_begin()
    from coproduce.app import create_app

    app = create_app(settings)
    with app.app_context():
        yield app


def refuse_what_is_wrong() -> None:
    """Print every problem; stop when one of them is a reason not to start."""
    from coproduce import checks

    problems = checks.look(os.environ)
    for problem in problems:
        click.echo(f"{'Refused' if problem.refuses else 'Warning'}: {problem.words}", err=True)
    refused = sum(problem.refuses for problem in problems)
    if refused:
        raise Wrong(f"Not started. Put {'this' if refused == 1 else f'these {refused}'} right first.")


def run() -> None:
    main()
