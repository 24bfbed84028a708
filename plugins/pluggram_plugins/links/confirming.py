"""Showing what would be done, and doing exactly that when the person who asked says yes."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import sha256

from pluggram import BotView, Button, File, Handler, Json, Reply, Request, StorageError, Store, handler
from pluggram_plugins._audit import Act, Change, Log
from pluggram_plugins.links import undo
from pluggram_plugins.links.plan import Outdated, replacing
from pluggram_plugins.links.questions import Question, Questions, Topic
from pluggram_plugins.links.telling import not_saved

_DATA = "links"
_EXAMPLE = "0123456789ab"
_GONE = "This is out of date. Please ask for it again."
_ANSWERED = {"done": "This was done already.", "cancelled": "This was cancelled."}


@dataclass(frozen=True, slots=True)
class Intended:
    """What would be done. text: as people are shown it. label: of the button that does it. document: the whole story.

    old, new: of each link that would change. act: as it is recorded.
    """

    text: str
    label: str
    old: Mapping[str, Json]
    new: Mapping[str, Json]
    act: Act
    document: File | None = None

    def digest(self) -> str:
        """Give a text that is another one when anything else would be done."""
        both = sorted((number, self.old[number], value) for number, value in self.new.items())
        return sha256(json.dumps(both, sort_keys=True).encode()).hexdigest()


Intending = Callable[[Request, Question, bytes], Awaitable[Intended]]
"""Works out what would be done, over the links that are there now."""
Told = Callable[[Question, Mapping[str, Change]], str]
"""Tells what was done."""


class Confirming:
    """Asks before it changes many links, and takes the answer. store: the plugin's own, where questions wait."""

    def __init__(self, store: Store, links: Store, log: Log, bot: BotView) -> None:
        self._questions = Questions(store)
        self._links = links
        self._log = log
        self._bot = bot
        self._topics: dict[Topic, tuple[Intending, Told]] = {}

    def add(self, topic: Topic, intend: Intending, tell: Told) -> None:
        """Learn how a topic is worked out, and how it is told when it is done."""
        self._topics[topic] = intend, tell

    def handlers(self) -> list[Handler]:
        """Take the presses of yes and no."""
        return [
            handler(
                rf"{_DATA}:{answer}:(?P<question_id>[0-9a-f]{{12}})",
                method,
                on="button",
                family=name,
                access="admin",
                examples=[f"{_DATA}:{answer}:{_EXAMPLE}"],
            )
            for answer, name, method in (("yes", "confirm", self.yes), ("no", "cancel", self.no))
        ]

    async def ask(self, request: Request, topic: Topic, about: str, content: bytes = b"") -> Reply:
        """Show what would be done, and ask whether to do it; only show it when there is nothing to do."""
        if request.user is None or request.chat is None:
            return Reply("I cannot see who you are, so I can ask you nothing.")
        question = Question(user=request.user.id, chat=request.chat.id, topic=topic, about=about)
        intended = await self._topics[topic][0](request, question, content)
        if not intended.new:
            return Reply(intended.text, document=intended.document)
        question = question.changed(shown=await asyncio.to_thread(intended.digest))
        return self._shown(intended, await self._questions.ask(question, content))

    async def yes(self, request: Request, question_id: str) -> Reply:
        """Do what was shown; where the links have changed meanwhile, show what would be done now."""
        question = await self._questions.find(question_id)
        if question is None or (why := _not_open(request, question)):
            return Reply(_GONE if question is None else why, notice=True)
        content = await self._questions.content(question)
        intend, tell = self._topics[question.topic]
        while True:
            intended = await intend(request, question, content)
            digest = await asyncio.to_thread(intended.digest)
            if digest != question.shown:
                await self._questions.keep(question.changed(shown=digest))
                return self._shown(intended, question, anew=True)
            try:
                changes = await self._do(question, intended)
            except Outdated:
                continue
            except (StorageError, ValueError) as error:
                return Reply(not_saved(f"the {question.topic} of {question.about}", error), notice=True)
            return Reply(tell(question, changes) + await undo.hint(self._bot, request), edit=True)

    async def no(self, request: Request, question_id: str) -> Reply:
        """Forget what was asked."""
        question = await self._questions.find(question_id)
        if question is None or (why := _not_open(request, question)):
            return Reply(_GONE if question is None else why, notice=True)
        await self._questions.store.put_many(self._questions.closed(question, "cancelled"))
        return Reply("Cancelled. Nothing was changed.", edit=True)

    async def _do(self, question: Question, intended: Intended) -> Mapping[str, Change]:
        over = partial(replacing, intended.old, intended.new)
        closing = (self._questions.store, self._questions.closed(question, "done"))
        return await self._log.apply(intended.act, self._links, list(intended.new), over, beside=closing)

    def _shown(self, intended: Intended, question: Question, anew: bool = False) -> Reply:
        meanwhile = "The links have changed since you were asked. This is what it would do now:\n" if anew else ""
        if not intended.new:
            return Reply(meanwhile + intended.text, edit=anew)
        yes, no = (f"{_DATA}:{answer}:{question.id}" for answer in ("yes", "no"))
        buttons = [Button(intended.label, data=yes), Button("Cancel", data=no)]
        return Reply(meanwhile + intended.text, buttons, edit=anew, document=intended.document)


def _not_open(request: Request, question: Question) -> str:
    """Say why who presses may not answer, or not any more; empty when he may."""
    if request.user is None or request.user.id != question.user:
        return "Only who asked for this may answer it."
    if request.chat is None or request.chat.id != question.chat:
        return "This can be answered only where it was asked."
    return _ANSWERED.get(question.state, "")
