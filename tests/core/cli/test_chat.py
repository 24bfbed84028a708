"""`pluggram chat`, from a pipe."""

import json

from .conftest import Shell


async def test_a_line_from_a_pipe_is_answered_and_the_chat_ends_with_0(shell: Shell) -> None:
    done = await shell.run("chat", input="/postno0001\n")
    assert done.code == 0
    assert "0001" in done.out
    assert "/addlink 0001" in done.out
    assert "pluggram links import" in done.out
    assert "pluggram links import" in done.err


async def test_what_is_said_is_kept_in_the_bots_own_storage(shell: Shell) -> None:
    await shell.run("chat", input="/addlink 0001 https://example.org/one\n")
    done = await shell.run("chat", input="/postno0001\n")
    assert done.out.strip() == "🔗 Link for post 0001: https://example.org/one"
    assert str(shell.folder / "data") in done.err


async def test_a_sandbox_begins_with_a_copy_and_keeps_nothing(shell: Shell) -> None:
    await shell.run("chat", input="/addlink 0001 https://example.org/one\n")
    done = await shell.run("chat", "--sandbox", input="/postno0001\n/removelink 0001\n/postno0001\n")
    assert "https://example.org/one" in done.out
    assert "was not found" in done.out
    assert "https://example.org/one" in (await shell.run("chat", input="/postno0001\n")).out


async def test_a_user_may_not_do_what_an_admin_may(shell: Shell) -> None:
    done = await shell.run("chat", input="!as user Bob\n/addlink 0001 https://example.org/one\n/postno0001\n")
    denied, looked_up = done.out.splitlines()[0], done.out
    assert "Only an admin" in denied
    assert "was not found" in looked_up
    assert "/addlink 0001" not in looked_up.replace(denied, "")


async def test_whoever_is_made_an_admin_in_the_chat_may_do_what_admins_may(shell: Shell) -> None:
    done = await shell.run("chat", input="!as admin Eve\n/addlink 0001 https://example.org/one\n")
    assert "Link for post 0001 added" in done.out


async def test_buttons_are_pressed_by_number(shell: Shell) -> None:
    links = "".join(f"/addlink {number:04} https://example.org/{number}\n" for number in range(1, 41))
    done = await shell.run("chat", input=links + "/listlinks\n!press 1\n")
    assert done.code == 0
    assert "[1]" in done.out
    _, _, second_page = done.out.partition("[1]")
    assert "Links 21 to 40 of 40" in second_page


async def test_groups_hear_commands_and_silence_for_the_rest(shell: Shell) -> None:
    done = await shell.run("chat", input="!group\n/nothinglikethis\nhello\n/postno0001@postbot\n")
    assert done.out.count("0001") >= 1
    assert "nothinglikethis" not in done.out


async def test_two_hundred_lookups_from_a_pipe_are_all_right(shell: Shell) -> None:
    links = shell.folder / "links.json"
    links.write_text(json.dumps({f"{number:04}": f"https://example.org/{number}" for number in range(200)}))
    assert (await shell.run("links", "import", str(links), "--apply")).code == 0
    done = await shell.run("chat", input="".join(f"/postno{number:04}\n" for number in range(200)))
    assert done.out.splitlines() == [
        f"🔗 Link for post {number:04}: https://example.org/{number}" for number in range(200)
    ]


async def test_each_sees_the_menu_of_what_he_may_use(shell: Shell) -> None:
    asked = "!menu\n/whoami\n!menu\n!group\n!as user Mia\n!menu\n"
    done = await shell.run("chat", input=asked)
    first, _, rest = done.out.partition("Your id is ")
    admin_s, _, mia_s = rest.partition("/help - ")
    assert "/postno - " in first
    assert "/addlink - " in admin_s
    assert "/postno - " in mia_s
    assert "/addlink - " not in first + mia_s


async def test_what_is_remembered_of_menus_stays_out_of_the_bots_storage(shell: Shell) -> None:
    await shell.run("chat", input="/start\n", environ={"PLUGGRAM__STORAGE__URL": "json:data"})
    assert [path.name for path in shell.folder.rglob("*menus*")] == []
