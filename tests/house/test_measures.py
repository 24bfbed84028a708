from pathlib import Path

import pytest

from tests.house.measures import Measure, measure, table
from tests.house.source import ROOT

DOC = '"""Say something."""\n'


def house(root: Path, **files: str) -> dict[str, Measure]:
    """Build a small house whose core/ holds these modules (`a__b` is a/b.py) and measure it."""
    for name, text in {"well": DOC, **files}.items():
        path = root / "core" / "made" / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return {one.name: one for one in measure(root)}


def function(lines: int, name: str = "f") -> str:
    return f"def {name}() -> None:\n    {DOC}" + "    print()\n" * (lines - 1)


def test_this_house_keeps_its_measures() -> None:
    measures = measure(ROOT)
    assert all(one.kept for one in measures), "\n" + table(measures)
    assert int(measures[0].value) > 0


def test_a_well_kept_house_breaks_no_limit(tmp_path: Path) -> None:
    measures = house(tmp_path, other=DOC + function(8))
    assert [one.name for one in measures.values() if not one.kept] == []


@pytest.mark.parametrize(
    ("name", "kept", "broken"),
    [
        ("lines of a file, longest", DOC + "x = 1\n" * 399, DOC + "x = 1\n" * 400),
        ("lines of a function, longest", DOC + function(40), DOC + function(41)),
        ("lines of a function, median", DOC + function(8), DOC + function(9)),
        ("lines of a function, p90", DOC + function(25), DOC + function(26)),
        ("lines with a comment", DOC + "x = 1\n" * 40 + "# why\n", DOC + "x = 1\n" * 20 + "# why\n"),
        ("public names with a docstring", DOC + "def _f() -> None: ...\n", DOC + "def f() -> None: ...\n"),
        ("public names with a docstring", DOC, "x = 1\n"),
        ("public names with a docstring", DOC, f"{DOC}class C:\n    {DOC}    def f(self) -> None: ...\n"),
        ("functions fully typed", DOC + "def _f(x: int) -> None: ...\n", DOC + "def _f(x) -> None: ...\n"),
        ("functions fully typed", DOC + "def _f(*, x: int) -> None: ...\n", DOC + "def _f(*, x) -> None: ...\n"),
        ("functions fully typed", DOC + "def _f(**x: int) -> None: ...\n", DOC + "def _f(**x) -> None: ...\n"),
        ("functions fully typed", DOC + "def _f() -> None: ...\n", DOC + "def _f(): ...\n"),
    ],
)
def test_a_limit_trips_one_step_beyond_it_and_not_before(tmp_path: Path, name: str, kept: str, broken: str) -> None:
    assert house(tmp_path / "kept", subject=kept)[name].kept
    assert not house(tmp_path / "broken", subject=broken)[name].kept


def test_the_median_file_is_limited_too(tmp_path: Path) -> None:
    long = DOC + "x = 1\n" * 119
    assert house(tmp_path, a=long, b=long)["lines of a file, median"].kept
    assert not house(tmp_path, a=long + "x = 1\n", b=long + "x = 1\n")["lines of a file, median"].kept


def test_a_docstring_is_not_counted_against_its_function(tmp_path: Path) -> None:
    text = DOC + 'def f() -> None:\n    """Say.\n\n' + "    More.\n" * 50 + '    """\n    print()\n'
    assert house(tmp_path, subject=text)["lines of a function, longest"].value == "2"


def test_overloads_setters_and_overrides_are_documented_elsewhere(tmp_path: Path) -> None:
    marks = "".join(f"@{mark}\ndef f() -> None: ...\n" for mark in ("typing.overload", "f.setter", "override"))
    assert house(tmp_path, subject=DOC + marks)["public names with a docstring"].kept


def test_a_fault_names_its_file_and_line(tmp_path: Path) -> None:
    measures = house(tmp_path, subject=DOC + "def f(x): ...\n")
    assert measures["functions fully typed"].faults == ["core/made/subject.py:2 f"]
    assert "core/made/subject.py:2 made.subject.f" in table(list(measures.values()))
