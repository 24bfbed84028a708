"""The dialogue of the how-to, in the real command: killed in the middle, it goes on."""

from pathlib import Path

import pytest

from pluggram.simulator import Bot, Chat, Telegram, User
from pluggram.simulator.http import serve
from tests.core.cli.conftest import Shell
from tests.docs.pages import DOCS, Page

STEPS = [
    ("/book", "In which name?"),
    ("Mia", "For how many"),
    ("4", "A table for 4, Mia. Shall I book it?"),
    ("yes", "It is booked."),
]


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path)
    for block in Page(DOCS / "how-to" / "use-ptb-handlers.md").blocks:
        if block.file:
            (tmp_path / block.file).write_text(block.text)
    shell.config.write_text(shell.config.read_text() + "[plugins.help]\n")
    return shell


async def say(telegram: Telegram, account: Bot, person: User, chat: Chat, text: str, expected: str) -> None:
    """Say something and wait for its answer; that of the step before may come once more, for its process was killed."""
    said = person.send(chat, text)

    def answers() -> list[str]:
        return [
            message.text for message in chat.messages.values() if message.author is account and message.id > said.id
        ]

    await telegram.until(lambda: any(text.startswith(expected) for text in answers()), seconds=30)


async def test_a_dialogue_goes_on_after_kill_9_at_each_of_its_steps(shell: Shell) -> None:
    telegram = Telegram()
    account, ann = telegram.bot("tablebot"), telegram.user("Ann")
    chat = telegram.private(ann, account)
    async with serve(telegram) as url:
        for text, expected in STEPS:
            environ = {"BOT_TOKEN": account.token, "PLUGGRAM__TELEGRAM__BASE_URL": url}
            async with shell.running("run", environ=environ) as process:
                await say(telegram, account, ann, chat, text, expected)
                await say(telegram, account, ann, chat, "/help", "This is")  # the step before is done now
                process.kill()
                await process.wait()
