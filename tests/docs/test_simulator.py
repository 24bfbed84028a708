"""The page of the simulator names all that it can do, and nothing else."""

import dataclasses
import inspect

from pluggram.simulator.control.arguments import parameters_of
from pluggram.simulator.control.door import VERBS
from pluggram.simulator.control.mishaps import KINDS
from pluggram.simulator.methods import TOPICS
from tests.docs.pages import DOCS, Page, table

SECTIONS = Page(DOCS / "reference" / "simulator.md").sections(2)


def test_every_method_is_named() -> None:
    named = [name for row in table(SECTIONS["Methods of the Bot API"]) for name in row[1].split("`, `")]
    assert sorted(named) == sorted(name for topic in TOPICS for name in topic.METHODS)


def test_every_fault_is_described_with_what_it_takes() -> None:
    rows = {row[0]: row[1].split("`, `") for row in table(SECTIONS["Faults"])}
    assert rows == {name: [field.name for field in dataclasses.fields(kind)] for name, kind in KINDS.items()}


def test_every_verb_is_described_as_its_source_does_with_what_it_takes() -> None:
    rows = [(name, takes.replace("`", ""), does) for name, takes, does in table(SECTIONS["The control door"])]
    assert rows == [(name, _takes(name), inspect.getdoc(verb)) for name, verb in VERBS.items()]


def _takes(verb: str) -> str:
    needed = [each.name for each in parameters_of(VERBS[verb]) if each.required]
    more = [each.name for each in parameters_of(VERBS[verb]) if not each.required]
    return "; ".join(filter(None, (", ".join(needed), f"perhaps {', '.join(more)}" if more else "")))
