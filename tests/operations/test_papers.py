"""What is written down for engineers agrees with the code: the table of settings, and every variable named anywhere."""

import re
import tomllib
from dataclasses import fields

import pytest
import yaml

from coproduce.cli import main
from coproduce.config import Settings, Wrong, table, variable
from tests.conftest import ROOT

KNOWN = {variable(one.name) for one in fields(Settings)}
PAPERS = ["docs/running.md", "compose.yaml", ".env.example", "Dockerfile"]


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


def test_the_table_of_settings_is_the_one_in_the_code():
    page = (ROOT / "docs/running.md").read_text()
    written = re.search(r"<!-- settings.*?-->\n(.*?)\n<!-- end of settings -->", page, re.DOTALL).group(1)
    assert written == table(), "Put what `coproduce settings` prints into docs/running.md."


@pytest.mark.parametrize("paper", PAPERS)
def test_every_variable_that_is_named_exists(paper):
    named = set(re.findall(r"COPRODUCE_[A-Z_]+", (ROOT / paper).read_text()))
    assert named <= KNOWN


def test_no_paper_holds_a_key():
    for paper in PAPERS:
        assert not re.search(r"\b[0-9a-f]{64}\b", (ROOT / paper).read_text()), paper


def test_commands_that_are_told_of_exist():
    page = (ROOT / "docs/running.md").read_text()
    named = set(re.findall(r"(?:^|`|/bin/)coproduce ([a-z][a-z-]+)", page, re.MULTILINE))
    assert len(named) > 8
    assert named <= set(main.commands)


def test_the_containers_are_what_they_are_said_to_be(compose):
    services = compose["services"]
    assert set(services) == {"db", "migrate", "web", "worker"}
    assert services["web"]["command"] == ["coproduce", "serve"]
    assert services["worker"]["command"] == ["coproduce", "worker"]
    assert services["migrate"]["command"] == ["coproduce", "migrate"]
    for name in ("web", "worker"):
        assert services[name]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    for name in ("web", "worker", "migrate"):
        assert services[name]["read_only"] is True
        assert services[name]["cap_drop"] == ["ALL"]
    assert services["migrate"]["restart"] == "no"
    assert services["web"]["ports"] == ["127.0.0.1:8000:8000"], "only the proxy of this machine reaches it"
    mounted = {volume.split(":")[0] for one in services.values() for volume in one.get("volumes", [])}
    assert mounted == set(compose["volumes"])


def test_the_image_is_built_in_two_stages_and_runs_as_nobody_much():
    lines = [line for line in (ROOT / "Dockerfile").read_text().splitlines() if line and not line.startswith("#")]
    stages = [line.split()[1] for line in lines if line.startswith("FROM")]
    assert len(stages) == 2
    assert len(set(stages)) == 1
    assert "/" not in stages[0], "a plain image name, no registry"
    last = lines[max(n for n, line in enumerate(lines) if line.startswith("FROM")) :]
    assert "USER coproduce" in last
    assert any(line.startswith("HEALTHCHECK") for line in last)
    assert not any("nodejs" in line or "npm" in line for line in last)


def test_all_that_the_image_copies_is_let_through():
    let = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    copied = [
        word
        for line in (ROOT / "Dockerfile").read_text().splitlines()
        if line.startswith("COPY") and "--from" not in line
        for word in line.split()[1:-1]
    ]
    assert sorted(copied) == sorted(let)
    assert all((ROOT / name).exists() for name in copied)


def test_the_image_has_what_the_lock_has():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lock = (ROOT / "requirements.lock").read_text().lower()
    for extra in ("postgres", "server"):
        for wanted in project["optional-dependencies"][extra]:
            name = re.match(r"[a-z0-9-]+", wanted).group()
            assert f"\n{name}" in lock


# -- reading the environment --------------------------------------------------------------------------------------


def test_settings_are_read_from_the_environment():
    found = Settings.from_env({"COPRODUCE_LANDLORD": "Moor Homes", "COPRODUCE_PROXIES": "2", "COPRODUCE_DEMO": "yes"})
    assert (found.landlord, found.proxies, found.demo) == ("Moor Homes", 2, True)
    assert Settings.from_env({"COPRODUCE_LANDLORD": ""}).landlord == Settings.landlord


def test_all_that_cannot_be_read_is_told_at_once():
    with pytest.raises(Wrong) as told:
        Settings.from_env({"COPRODUCE_PROXIES": "two", "COPRODUCE_OPEN_TALK": "perhaps", "COPRODUCE_WORKERS": "-1"})
    assert len(str(told.value).splitlines()) == 3


def test_a_site_on_this_machine_answers_to_both_its_names():
    assert Settings(base_url="http://127.0.0.1:8000").flask()["TRUSTED_HOSTS"] == ["127.0.0.1", "localhost"]
    assert Settings(base_url="https://together.example.org").flask()["TRUSTED_HOSTS"] == ["together.example.org"]
