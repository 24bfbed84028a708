"""Any changes by several people, with undos between and after them, end where a model of lists and dicts ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pluggram import Json
from pluggram_plugins._audit import Act, Log
from tests.plugins.conftest import ADMIN, OWNER, Talk, TalkTo

TABLES = "[plugins.links]\n[plugins.admins]\n[plugins.audit]\n"
BEN = 44
PEOPLE = st.sampled_from([ADMIN, BEN, OWNER])
NUMBERS = st.sampled_from(["0001", "0002", "0003"])
STEPS = st.one_of(
    st.tuples(st.just("add"), PEOPLE, NUMBERS),
    st.tuples(st.just("remove"), PEOPLE, NUMBERS),
    st.tuples(st.just("import"), PEOPLE, st.sets(NUMBERS, min_size=1)),
    st.tuples(st.just("hand"), PEOPLE, NUMBERS),
    st.tuples(st.sampled_from(["admin", "no admin"]), st.just(OWNER), st.none()),
    st.tuples(st.sampled_from(["undo", "undo", "redo"]), PEOPLE, st.none()),
)

Values = dict[str, str | None]


@dataclass
class Done:
    """One entry of the model: what each value was and became."""

    by: int
    changes: Mapping[str, tuple[str | None, str | None]]
    undoes: "Done | None" = None
    redo: bool = False


@dataclass
class Model:
    """What should come of it: values by their key, links and admins alike, and all that was done."""

    values: Values = field(default_factory=dict)
    done: list[Done] = field(default_factory=list)
    told: set[tuple[int, int]] = field(default_factory=set)

    def change(self, by: int, new: Values, undoes: Done | None = None, redo: bool = False) -> bool:
        changes = {key: (self.values.get(key), value) for key, value in new.items() if value != self.values.get(key)}
        if changes:
            self.values |= new
            self.done.append(Done(by, changes, undoes, redo))
        return bool(changes)

    def taken_back(self, entry: Done) -> bool:
        return any(later.undoes is entry and not self.taken_back(later) for later in self.done)

    def undo(self, by: int, redo: bool) -> None:
        for entry in reversed(self.done):
            kind = entry.undoes is not None and not entry.redo if redo else entry.undoes is None
            if entry.by != by or not kind or self.taken_back(entry):
                continue
            back = {key: old for key, (old, new) in entry.changes.items() if self.values.get(key) == new}
            if self.change(by, back, entry, redo):
                return
            if (by, id(entry)) not in self.told:
                self.told.add((by, id(entry)))
                return


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=20), undos=st.lists(PEOPLE, max_size=6))
async def test_any_changes_and_undos_end_where_the_model_ends(
    talk_to: TalkTo, steps: list[tuple[str, int, str | set[str] | None]], undos: list[int]
) -> None:
    model = Model({"22": "admin", "44": "admin", "90000": "admin"})
    async with talk_to(TABLES) as talk:
        await talk.store("admins").put_many({str(BEN): True, "90000": True})
        for number, (what, by, about) in enumerate([*steps, *(("undo", by, None) for by in undos)]):
            await do(talk, model, what, by, about, f"https://example.org/{number}")
            expected = {key: value for key, value in model.values.items() if value is not None}
            assert await found(talk) == expected, (number, what, by, about)


async def do(talk: Talk, model: Model, what: str, by: int, about: str | set[str] | None, url: str) -> None:
    match what, about:
        case "add", str():
            await talk.ask(f"/addlink {about} {url}", by)
            model.change(by, {about: url})
        case "remove", str():
            await talk.ask(f"/removelink {about}", by)
            model.change(by, {about: None})
        case "import", set():
            new: dict[str, Json] = dict.fromkeys(about, url)
            act = Act("import", by, "x", "links.csv")
            await Log(talk.bot._storage.store).apply(act, talk.store("links"), list(new), lambda _: new)
            model.change(by, dict.fromkeys(about, url))
        case "hand", str():
            await talk.store("links").put(about, url)
            model.values[about] = url
        case "admin", _:
            user = f"9{url.rpartition('/')[2]}"  # another one each time: a record holds the second it was made in
            await talk.ask(f"/admins add {user}", by)
            model.change(by, {user: "admin"})
        case "no admin", _:
            user = max((key for key, value in model.values.items() if value == "admin" and key[0] == "9"), default="9")
            await talk.ask(f"/admins remove {user}", by)
            model.change(by, {user: None})
        case _:
            await talk.ask(f"/{what}", by)
            model.undo(by, redo=what == "redo")


async def found(talk: Talk) -> dict[str, str]:
    values = {key: "admin" for key, _ in await talk.store("admins").items()}
    for key, value in await talk.store("links").items():
        values[key] = str(value["url"] if isinstance(value, dict) else value)
    return values
