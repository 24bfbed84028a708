import json
import re
import tomllib

import pytest

from tests.house.pins import BUILD, RUN, constrained, pins
from tests.house.source import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
REQUIREMENTS = (ROOT / "requirements.txt").read_text(encoding="utf-8")
CONSTRAINTS = set(PROJECT["tool"]["uv"][RUN])
BUILD_CONSTRAINTS = set(PROJECT["tool"]["uv"][BUILD])
DIRECT = PROJECT["project"]["dependencies"]
EXTRAS = PROJECT["project"]["optional-dependencies"]
GROUPS = {
    group: [one for one in listed if isinstance(one, str)] for group, listed in PROJECT["dependency-groups"].items()
}
CLIENTS = ROOT / "tests" / "clients"
REGISTRY = re.compile(r"\b(?:py[p]i|np[m]js|python[h]osted|crate[s])\.(?:org|com|io)\b")
CARRIED = ("core", "plugins", "tests", "docs", ".ci")
MADE = {"__pycache__", "node_modules", "package-lock.json"}


def name(requirement: str) -> str:
    return re.split(r"[^\w.-]", requirement, maxsplit=1)[0].lower()


def names(requirements: list[str] | set[str]) -> set[str]:
    return {name(requirement) for requirement in requirements}


def test_requirements_and_constraints_pin_the_same_versions() -> None:
    assert pins(REQUIREMENTS)
    assert set(pins(REQUIREMENTS)) - CONSTRAINTS == set()


def test_every_package_that_we_name_is_pinned() -> None:
    wanted = names(DIRECT).union(*map(names, EXTRAS.values()), *map(names, GROUPS.values()))
    assert wanted - names(CONSTRAINTS) == set()
    assert names(PROJECT["build-system"]["requires"]) - names(BUILD_CONSTRAINTS) == set()


def test_a_pin_is_one_exact_version() -> None:
    exact = re.compile(r"[\w.-]+==[\w.+!]+( ; .+)?")
    assert [pin for pin in CONSTRAINTS | BUILD_CONSTRAINTS if not exact.fullmatch(pin)] == []


def test_requirements_hold_all_that_a_deployer_runs() -> None:
    deployed = names(DIRECT).union(*(names(packages) for extra, packages in EXTRAS.items() if extra != "testing"))
    assert deployed - names(set(pins(REQUIREMENTS))) == set()


def test_every_requirement_has_its_hashes() -> None:
    blocks = re.split(r"^(?=\w)", REQUIREMENTS, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(pins(REQUIREMENTS))
    assert [block for block in blocks if "--hash=sha256:" not in block] == []


def test_every_dependency_is_bounded() -> None:
    bounded = re.compile(r"[\w.\[\]-]+>=[\w.]+,<[\w.]+(; sys_platform != .win32.)?")
    every = [*DIRECT, *(one for packages in EXTRAS.values() for one in packages)]
    assert [requirement for requirement in every if not bounded.fullmatch(requirement)] == []
    in_groups = [one for packages in GROUPS.values() for one in packages]
    assert [requirement for requirement in in_groups if ">=" not in requirement] == []


@pytest.mark.parametrize("text", [REQUIREMENTS, str(PROJECT["tool"]["uv"])])
def test_pins_name_no_place_to_fetch_from(text: str) -> None:
    assert not re.search(r"://|--\w*-?index|--find-links|'index'", text)


def test_no_file_names_the_host_of_a_registry() -> None:
    files = [path for folder in CARRIED for path in (ROOT / folder).rglob("*") if not MADE & set(path.parts)]
    files += [path for path in ROOT.iterdir() if path.name not in {"uv.lock", ".git"}]
    texts = {path: path.read_text(encoding="utf-8", errors="replace") for path in files if path.is_file()}
    assert [str(path) for path, text in texts.items() if REGISTRY.search(text)] == []
    assert REGISTRY.search("see py" + "pi.org")


def test_the_clients_have_exact_versions_of_their_own() -> None:
    wanted, pinned = (CLIENTS / "requirements.in").read_text(), (CLIENTS / "requirements.txt").read_text()
    assert names(set(wanted.split())) - names(set(pins(pinned))) == set()
    assert len(pins(pinned)) == len(pinned.splitlines())
    assert all(re.fullmatch(r"[\w.\[\]-]+>=[\w.]+,<[\w.]+", line) for line in wanted.split())
    versions = json.loads((CLIENTS / "grammy" / "package.json").read_text())["dependencies"].values()
    assert versions
    assert all(re.fullmatch(r"[\d.]+", version) for version in versions)


def test_a_marker_stays_only_where_it_tells_two_versions_apart() -> None:
    text = "a==1 ; sys_platform == 'win32' \\\n    --hash=sha256:0\nb==1 ; python_full_version < '3.12'\nb==2\n"
    assert pins(text) == ["a==1", "b==1 ; python_full_version < '3.12'", "b==2"]


def test_constraints_are_replaced_in_place() -> None:
    before = '[tool.uv]\nconstraint-dependencies = [\n  "a==1",\n]\nbuild-constraint-dependencies = []\n'
    after = constrained(before, RUN, ["a==2 ; sys_platform == 'win32'"])
    assert tomllib.loads(after)["tool"]["uv"] == {RUN: ["a==2 ; sys_platform == 'win32'"], BUILD: []}
    assert (
        constrained(after, RUN, []) == "[tool.uv]\nconstraint-dependencies = []\nbuild-constraint-dependencies = []\n"
    )


def test_a_missing_list_of_constraints_is_named() -> None:
    with pytest.raises(SystemExit, match="needs one list constraint-dependencies"):
        constrained("[tool.uv]\n", RUN, [])
