"""From a path, or none, to a Config: find, read, override, validate."""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from pluggram import redaction
from pluggram.config import locate, webhook
from pluggram.config.document import Document, read
from pluggram.config.environment import override
from pluggram.config.loaded import Config
from pluggram.config.masking import credentials, has_credentials, is_place, is_secret, key_name, texts
from pluggram.config.plain import Unsure, plain
from pluggram.config.plugin_table import plugin_tables
from pluggram.config.problem import ConfigError, KeyPath, Problem
from pluggram.config.safe_mode import only_built_in
from pluggram.config.secret import TOKEN, WEBHOOK_SECRET, Secret, is_open_to_all
from pluggram.config.sources import SecretSource
from pluggram.config.tables import File
from pluggram.masks import remember


def load(
    path: Path | None = None,
    environ: Mapping[str, str] = os.environ,
    cwd: Path | None = None,
    *,
    safe_mode: bool = False,
) -> Config:
    """Read the configuration in `path`, or in the file that `locate.find` finds, with the environment's overrides.

    Raises ConfigError with all that is wrong, each with file, line and key. Whether the token is one is not looked at:
    `Config.token` does that when it is asked. `cwd` (default: the process's) is where relative paths begin.
    `safe_mode` disables every plugin that is not built in.
    """
    here = Path.cwd() if cwd is None else cwd
    found, source = locate.must_find(path, environ, here)
    document = read(found, source)
    document, problems = override(document, environ)
    file, in_file = _validated(document)
    plugins, in_plugins = plugin_tables(document)
    problems += in_file + in_plugins
    if file is not None:
        problems += webhook.check(document, file.telegram)
    _remember_secrets(document, environ, file)
    if file is None or problems:
        raise ConfigError(sorted(problems, key=_order))
    return Config(
        path=found.absolute(),
        data_folder=locate.data_folder(file.bot.name, environ, here).absolute(),
        bot=file.bot,
        telegram=file.telegram,
        storage=file.storage,
        log=file.log,
        plugins=only_built_in(plugins) if safe_mode else plugins,
        warnings=(*_open_files(document, file, found.parent), *_open_secrets(document, found)),
        document=document,
        environ=environ,
    )


def _validated(document: Document) -> tuple[File | None, list[Problem]]:
    data = {"bot": {}, **document.data}  # so that a missing [bot] is told as the missing name
    with suppress(Unsure):
        return plain(File, data), []
    from pluggram.config.explain import checked  # measured: with pydantic 60 ms, for what is not plainly right

    return checked(document, File, data)


def _remember_secrets(document: Document, environ: Mapping[str, str], file: File | None) -> None:
    """Have the values of secret settings masked wherever they turn up, and those in the environment."""
    redaction.install()
    for _, source in _sources(file):
        remember(environ.get(source.env or "", "").strip())
    for path, value in _secrets(document):
        for secret in (value if is_secret(path) else "", *credentials(value)):
            remember(secret)


def _sources(file: File | None) -> Iterator[tuple[Secret, SecretSource]]:
    """Say where the secrets of the core are."""
    if file is not None:
        yield TOKEN, file.bot.token
        if file.telegram.webhook is not None:
            yield WEBHOOK_SECRET, file.telegram.webhook.secret


def _open_files(document: Document, file: File, folder: Path) -> Iterator[Problem]:
    for secret, source in _sources(file):
        yield from secret.warn(document, source, folder)


def _order(problem: Problem) -> tuple[bool, int]:
    """Sort as a person mends: down the file, then through the environment."""
    return problem.line is None, problem.line or 0


def _open_secrets(document: Document, path: Path) -> list[Problem]:
    """Warnings about secrets that stand in a bot.toml that every user of the machine may read."""
    if not is_open_to_all(path):
        return []
    return [
        document.problem(
            secret,
            found=f"a secret in {document.source}, which every user of this machine may read",
            expected=f"a file that only the bot's user may read, or the value in the environment: {key_name(secret)}",
            hint=f"chmod 600 {document.source}",
            severity="warning",
        )
        for secret, _ in _secrets(document)
        if document.variable(secret) is None
    ]


def _secrets(document: Document) -> Iterator[tuple[KeyPath, str]]:
    for path, value in texts(document.data):
        if not is_place(path) and (is_secret(path) or has_credentials(value)):
            yield path, value
