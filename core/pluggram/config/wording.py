"""What pydantic expects, in words for who writes bot.toml."""

from collections.abc import Mapping

_EXPECTED = {
    "missing": "a value for this key",
    "string_type": "text in quotes",
    "string_unicode": "text in UTF-8",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number of a usual size",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a number, neither inf nor nan",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "list_type": "a list: [ ... ]",
    "tuple_type": "a list: [ ... ]",
    "set_type": "a list: [ ... ]",
    "frozen_set_type": "a list: [ ... ]",
    "none_required": "nothing: leave the key out",
    "greater_than": "a value above {gt}",
    "greater_than_equal": "a value of at least {ge}",
    "less_than": "a value below {lt}",
    "less_than_equal": "a value of at most {le}",
    "multiple_of": "a multiple of {multiple_of}",
    "string_too_short": "text of at least {min_length} characters",
    "string_too_long": "text of at most {max_length} characters",
    "string_pattern_mismatch": "text that matches {pattern}",
    "too_short": "at least {min_length} values",
    "too_long": "at most {max_length} values",
    "url_type": "a URL",
    "url_parsing": "a URL",
    "url_scheme": "a URL that begins with {expected_schemes}",
    "path_type": "the path of a file",
    "literal_error": "one of {expected}",
    "enum": "one of {expected}",
    "value_error": "{error}",
    "assertion_error": "{error}",
}


def expected(kind: str, message: str, context: Mapping[str, object]) -> str:
    """Word a pydantic error of type `kind`; its own `message` where we have none.

    Source of the kinds and their context: pydantic's page "Validation Errors".
    """
    template = _EXPECTED.get(kind)
    if template is None:
        return message[:1].lower() + message[1:]
    if kind in ("literal_error", "enum") and " or " not in str(context["expected"]):
        template = "{expected}"
    return template.format_map({key: _plain(value) for key, value in context.items()})


def may_quote(kind: str) -> bool:
    """Tell whether the text is not ours and may hold the value: a plugin's own checks, and what is not listed."""
    return "{error}" in _EXPECTED.get(kind, "{error}")


def _plain(value: object) -> str:
    text = str(value)
    return text.replace("'", '"') if text.startswith("'") else text
