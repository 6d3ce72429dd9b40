"""The `coproduce` command. `coproduce --help` lists what it can do; docs/running.md tells when."""

from __future__ import annotations

import secrets

import click

from coproduce.config import Wrong


@click.group()
def main() -> None:
    """Coproduce: residents and their landlord decide things together."""


@main.command()
def keys() -> None:
    """Print fresh keys for the settings that need one."""
    for name in ("SECRET_KEY", "AUDIT_KEY", "SEAL_KEY"):
        click.echo(f"COPRODUCE_{name}={secrets.token_hex(32)}")


@main.command()
def migrate() -> None:
    """Bring the database's tables up to date."""
    from coproduce.app import create_app
    from coproduce.migrating import upgrade

    app = create_app()
    with app.app_context():
        upgrade()
    click.echo("The database is up to date.")


@main.group()
def audit() -> None:
    """The record: check it."""


def run() -> None:
    try:
        main()
    except Wrong as wrong:
        raise SystemExit(str(wrong)) from None
