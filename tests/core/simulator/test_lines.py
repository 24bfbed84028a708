import io
import os
import pty
import signal
import subprocess
import sys
import termios

from pluggram.simulator.lines import from_stream

PROGRAM = """
import asyncio
import signal
from pluggram.simulator.lines import from_keyboard

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell that runs the tests beside itself lets it be ignored

async def main():
    read = from_keyboard()
    while (line := await read("\\x1b[1mAnn\\x1b[0m> ")) is not None:
        print(f"<{line}>", flush=True)
    print("end of file", flush=True)

try:
    asyncio.run(main())
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


async def test_lines_of_a_pipe_come_without_their_ends() -> None:
    read = from_stream(io.StringIO("one\n\n  two"))
    assert [await read("") for _ in range(4)] == ["one", "", "  two", None]


class Keyboard:
    """A program in a terminal of its own."""

    def __init__(self) -> None:
        self.ours, theirs = pty.openpty()
        self.before = termios.tcgetattr(self.ours)
        command = [sys.executable, "-c", PROGRAM]
        self.program = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
        os.close(theirs)
        self.seen = b""

    def expect(self, text: bytes) -> None:
        while text not in self.seen:
            self.seen += os.read(self.ours, 1000)
        self.seen = self.seen.partition(text)[2]

    def type(self, keys: bytes) -> None:
        os.write(self.ours, keys)

    def end(self) -> int:
        code = self.program.wait(10)
        after = termios.tcgetattr(self.ours)
        os.close(self.ours)
        assert after[:4] == self.before[:4]
        return code


def test_ctrl_d_ends_the_lines_of_a_keyboard() -> None:
    keyboard = Keyboard()
    keyboard.expect(b"> ")
    keyboard.type("/hé\n".encode())
    keyboard.expect("</hé>".encode())
    keyboard.expect(b"> ")
    keyboard.type(b"\x04")
    keyboard.expect(b"end of file")
    assert keyboard.end() == 0


def test_ctrl_c_ends_at_once_and_gives_the_terminal_back() -> None:
    keyboard = Keyboard()
    keyboard.expect(b"> ")
    keyboard.type(b"half a li")
    keyboard.expect(b"half a li")
    keyboard.program.send_signal(signal.SIGINT)
    keyboard.expect(b"interrupted")
    assert keyboard.end() == 0
