"""Pictures of a given size, each with a real header and little else."""


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + width.to_bytes(4) + height.to_bytes(4) + b"\x08\x00\x00\x00\x00"


def gif(width: int, height: int) -> bytes:
    return b"GIF89a" + width.to_bytes(2, "little") + height.to_bytes(2, "little") + b"\x00\x00\x00;"


def jpeg(width: int, height: int) -> bytes:
    comment = b"\xff\xfe\x00\x08\xff\xc0\xff\xc0\xff\xc0"
    frame = b"\xff\xff\xc2\x00\x0b\x08" + height.to_bytes(2) + width.to_bytes(2) + b"\x01\x01\x11\x00"
    return b"\xff\xd8\xff\xe0\x00\x04JF" + comment + frame + b"\xff\xd9"


def webp(width: int, height: int) -> bytes:
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00" + sides


def webp_lossless(width: int, height: int) -> bytes:
    bits = (width - 1) | (height - 1) << 14
    return b"RIFF\x00\x00\x00\x00WEBPVP8L\x0a\x00\x00\x00\x2f" + bits.to_bytes(4, "little") + bytes(8)


def webp_lossy(width: int, height: int) -> bytes:
    sides = width.to_bytes(2, "little") + height.to_bytes(2, "little")
    return b"RIFF\x00\x00\x00\x00WEBPVP8 \x0a\x00\x00\x00\x00\x00\x00\x9d\x01\x2a" + sides


def bmp(width: int, height: int) -> bytes:
    return b"BM" + bytes(16) + width.to_bytes(4, "little") + (-height).to_bytes(4, "little", signed=True)
