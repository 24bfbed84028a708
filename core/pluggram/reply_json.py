"""A Reply as text that can be kept: what a handler returned outlives the process that has yet to send it."""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from pluggram.parts import Article, Button, File
from pluggram.reply import Reply


def dump(reply: Reply) -> str:
    """Write a reply as one line of JSON; what it leaves at its default is left out."""
    said = _said(reply)
    for name in ("edit", "notice"):
        if getattr(reply, name):
            said[name] = True
    for name in ("photo", "document"):
        if file := getattr(reply, name):
            said[name] = _file(file)
    if reply.articles is not None:
        said["articles"] = [_article(article) for article in reply.articles]
    return orjson.dumps(said).decode()


def load(text: str) -> Reply:
    """Read what `dump` has written, equal to what it was given; raises ValueError for anything else."""
    try:
        kept = orjson.loads(text)
        articles = None if "articles" not in kept else [Article(**_read(article)) for article in kept["articles"]]
        files = {name: _read_file(kept[name]) for name in ("photo", "document") if name in kept}
        return Reply(**_read(kept) | files | {"articles": articles})
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"this is no Reply: {error}") from error


def _said(part: Reply | Article) -> dict[str, Any]:
    said: dict[str, Any] = {"text": part.text}
    if part.parse_mode:
        said["parse_mode"] = part.parse_mode
    if part.buttons:
        said["buttons"] = [[_button(button) for button in row] for row in part.rows]
    return said


def _article(article: Article) -> dict[str, Any]:
    return _said(article) | {"title": article.title, "description": article.description}


def _button(button: Button) -> Mapping[str, str | None]:
    target = {"url": button.url} if button.data is None else {"data": button.data}
    return {"label": button.label, **target}


def _file(file: File | str) -> str | Mapping[str, str]:
    return file if isinstance(file, str) else {"name": file.name, "content": b64encode(file.content).decode()}


def _read(kept: Mapping[str, Any]) -> dict[str, Any]:
    return {**kept, "buttons": _read_rows(kept.get("buttons", ()))}


def _read_rows(rows: Iterable[Iterable[Mapping[str, str]]]) -> list[list[Button]]:
    return [[Button(**button) for button in row] for row in rows]


def _read_file(kept: str | Mapping[str, str]) -> File | str:
    return kept if isinstance(kept, str) else File(kept["name"], b64decode(kept["content"], validate=True))
