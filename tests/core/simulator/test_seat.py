from pathlib import Path

import pytest

from tests.core.simulator.pictures import png
from tests.core.simulator.talk import Talk


async def test_buttons_are_pressed_by_number_and_edits_and_alerts_shown(talk: Talk) -> None:
    assert await talk("/page", "!press 2", "!press 1", "!press 1") == (
        "page 1\n  [1] Next  [2] Site -> http://a.b/\n"
        "Opens http://a.b/\n"
        "(alert) turned\n(edited) page 2\n"
        "No message here has buttons.\n"
    )


async def test_a_button_that_is_not_there_is_explained(talk: Talk) -> None:
    assert (await talk("/page", "!press 3", "!press x")).endswith("There are buttons 1 to 2: !press 1\n" * 2)


async def test_persons_are_kept_by_name_and_admins_announced_before_they_speak(talk: Talk) -> None:
    shown = await talk("!as user Eve", "a", "!as admin BOB", "b", "!as user eve", "c", "!as admin", "d")
    assert [line.split(" ")[0] for line in shown.splitlines()[::2]] == ["Eve", "BOB", "Eve", "Ann"]
    assert [admin.first_name for admin in talk.admins] == ["Ann", "BOB"]
    assert [user.first_name for user in talk.stage.telegram.users.values()] == ["Ann", "Bob", "Eve", "BOB"]


async def test_a_user_and_an_admin_of_one_name_are_two_persons(talk: Talk) -> None:
    await talk("!as user Ann", "a")
    assert talk.admins == [talk.stage.ann]
    assert [user.first_name for user in talk.stage.telegram.users.values()] == ["Ann", "Bob", "Ann"]


async def test_one_goes_to_the_group_and_back(talk: Talk) -> None:
    shown = await talk("!group", "unheard", "/a", "!as user Eve", "/b", "!private", "/c")
    assert shown.splitlines()[::2] == ["Ann in supergroup: /a", "Eve in supergroup: /b", "Eve in private: /c"]


async def test_an_anonymous_administrator_is_not_seen_and_is_no_admin_of_the_bot(talk: Talk) -> None:
    shown = await talk("!anonymous", "/a", "!as user Eve", "/b")
    assert shown.splitlines()[::2] == ["Group in supergroup: /a", "Eve in supergroup: /b"]
    assert talk.admins == [talk.stage.ann]


async def test_the_menu_is_the_one_that_this_person_sees_here(talk: Talk) -> None:
    for scope in ("all_private_chats", "all_chat_administrators"):
        commands = [{"command": "help", "description": f"for {scope}"}]
        await talk.stage.ok("setMyCommands", commands=commands, scope={"type": scope})
    assert await talk("!menu", "!group", "!menu", "!as user Eve", "!menu") == (
        "/help - for all_private_chats\n"
        "/help - for all_chat_administrators\n"
        "The bot has set no commands for this chat.\n"
    )


async def test_a_deep_link_leads_to_the_private_chat(talk: Talk) -> None:
    shown = await talk("!group", "!start post_42", "!start", "!start a b")
    assert shown.splitlines()[::2] == [
        "Ann in private: /start post_42",
        "Ann in private: /start",
        "a payload is up to 64 letters, digits, _ and -",
    ]


async def test_a_file_and_a_picture_are_sent_with_their_captions(talk: Talk, tmp_path: Path) -> None:
    file, picture = tmp_path / "my links.csv", tmp_path / "chart.png"
    file.write_bytes(b"number,url")
    picture.write_bytes(png(9, 9))
    shown = await talk(f'!file "{file}" /import all', f"!photo {picture}", f"!file {picture}  x")
    assert shown.splitlines()[::2] == [
        "Ann in private: document with /import all",
        "Ann in private: photo with ",
        "Ann in private: document with x",
    ]
    documents = [message.json().get("document") for message in talk.stage.chat.messages.values()]
    assert documents[0]["file_name"] == "my links.csv"  # type: ignore[index]


async def test_the_last_photo_or_file_is_saved(talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    shown = await talk("/chart", "/a", "!save", "!save", "!save folder", "!save other.png", "!save no/such/place")
    assert shown.splitlines()[0] == "[photo 1200x600 chart.png, 29 B] sales"
    assert shown.splitlines()[3:] == [
        "Saved as chart.png",
        "chart.png is there already: say another name, !save PATH",
        f"Saved as {Path('folder/chart.png')}",
        "Saved as other.png",
        f"{Path('no/such/place')}: No such file or directory",
    ]
    assert (tmp_path / "folder" / "chart.png").read_bytes() == png(1200, 600)


async def test_results_are_listed_and_chosen_by_number_and_edited(talk: Talk) -> None:
    shown = await talk("!group", "!inline 42", "!choose 2", "!press 1")
    assert shown == (
        "(Sign in) -> !start sign-in\n  [1] One - 42\n  [2] Two - 42\n"
        "two\n  [1] Next  [2] Site -> http://a.b/\n"
        "(alert) turned\n(edited) page 2\n"
    )
    assert await talk("!inline nothing") == "(no results)\n  (Sign in) -> !start sign-in\n"


async def test_an_inline_query_without_an_answer_is_told_of_once_at_a_keyboard(talk: Talk) -> None:
    shown = await talk("!inline ignored", "!private", prompts=True)
    assert shown.count("(no answer)") == 1


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("!choose 1", "There is nothing to choose from: ask with !inline QUERY"),
        ("!file", "Say which file: !file PATH [CAPTION]"),
        ("!photo", "Say which picture: !photo PATH [CAPTION]"),
        ("!file no/such\x1bfile", "no/such\\x1bfile: No such file or directory"),
        ("!save", "No message here has a photo or a file."),
    ],
)
async def test_what_cannot_be_done_is_explained(talk: Talk, line: str, hint: str) -> None:
    assert await talk(line) == f"{hint}\n"


async def test_a_result_that_is_not_there_is_explained(talk: Talk) -> None:
    shown = await talk("!inline 42", "!choose 3", "!choose x")
    assert shown.endswith("There are results 1 to 2: !choose 1\n" * 2)


async def test_a_picture_that_is_none_is_explained(talk: Talk, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"%PDF")
    assert await talk(f"!photo {tmp_path / 'a.png'}") == "Telegram does not take a.png: IMAGE_PROCESS_FAILED\n"
