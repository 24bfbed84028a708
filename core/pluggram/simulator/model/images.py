"""Width and height of a picture, read from the first bytes of its file."""

from collections.abc import Iterator

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""The JPEG markers that begin a frame; the three left out are tables."""


def image_size(content: bytes) -> tuple[int, int] | None:
    """Return width and height in pixels of a PNG, JPEG, GIF, WebP or BMP; None when it is none of these."""
    sizes = (read(content) for read in (_png, _gif, _jpeg, _webp, _bmp))
    return next((size for size in sizes if size and min(size) > 0), None)


def _png(content: bytes) -> tuple[int, int] | None:
    if content[:8] != b"\x89PNG\r\n\x1a\n" or content[12:16] != b"IHDR" or len(content) < 24:
        return None
    return int.from_bytes(content[16:20]), int.from_bytes(content[20:24])


def _gif(content: bytes) -> tuple[int, int] | None:
    if content[:6] not in (b"GIF87a", b"GIF89a") or len(content) < 10:
        return None
    return int.from_bytes(content[6:8], "little"), int.from_bytes(content[8:10], "little")


def _jpeg(content: bytes) -> tuple[int, int] | None:
    if content[:3] != b"\xff\xd8\xff":
        return None
    frames = (at for marker, at in _segments(content) if marker in _FRAMES)
    at = next(frames, len(content))
    if at + 9 > len(content):
        return None
    return int.from_bytes(content[at + 7 : at + 9]), int.from_bytes(content[at + 5 : at + 7])


def _segments(content: bytes) -> Iterator[tuple[int, int]]:
    """Yield the segments of a JPEG before its pixels: each marker and where it stands."""
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        if content[at + 1] == 0xFF:
            at += 1
            continue
        yield content[at + 1], at
        at += 2 + max(int.from_bytes(content[at + 2 : at + 4]), 2)


def _webp(content: bytes) -> tuple[int, int] | None:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP" or len(content) < 30:
        return None
    kind = content[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(content[24:27], "little"), 1 + int.from_bytes(content[27:30], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return int.from_bytes(content[26:28], "little") & 0x3FFF, int.from_bytes(content[28:30], "little") & 0x3FFF


def _bmp(content: bytes) -> tuple[int, int] | None:
    if content[:2] != b"BM" or len(content) < 26:
        return None
    width, height = (int.from_bytes(content[at : at + 4], "little", signed=True) for at in (18, 22))
    return width, abs(height)
