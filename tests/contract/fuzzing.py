"""Requests that nobody sane sends: made by schemathesis from the routes of an app, right and wrong ones."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import schemathesis
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from starlette.routing import Route

METHODS: Final = ("get", "head", "post", "put", "delete")
_FORM: Final = "application/x-www-form-urlencoded"
_TYPES: Final = (_FORM, "multipart/form-data", "application/json")
Known = Mapping[str, Sequence[str]]


def requests(routes: Sequence[Route], *, known: Known, fields: Known) -> st.SearchStrategy[Case[Any]]:
    """Requests to every route by every method.

    known holds values that lead somewhere, by the name of a path's parameter; fields those of a body's
    fields. Half of the requests lead there; the others hold values of any kind. Some bodies break the schema.
    """
    nothing = dict.fromkeys(known, ()), dict.fromkeys(fields, ())
    documents = (_openapi(routes, *values) for values in ((known, fields), nothing))
    return st.one_of([each for document in documents for each in _strategies(document)])


def _strategies(document: dict[str, Any]) -> Iterator[st.SearchStrategy[Case[Any]]]:
    for found in schemathesis.openapi.from_dict(document).get_all_operations():
        operation = found.ok()  # type: ignore[union-attr]  # each is: the document is our own
        yield operation.as_strategy()
        if operation.method == "post":
            yield operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)


def _openapi(routes: Sequence[Route], known: Known, fields: Known) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for route in routes:
        parameters = [
            {"name": name, "in": "path", "required": True, "schema": _text(known.get(name, ()))}
            for name in route.param_convertors
        ]
        paths[route.path_format] = {method: _operation(method, parameters, fields) for method in METHODS}
    return {"openapi": "3.1.0", "info": {"title": "Routes", "version": "1"}, "paths": paths}


def _operation(method: str, parameters: list[dict[str, Any]], fields: Known) -> dict[str, Any]:
    operation: dict[str, Any] = {"parameters": parameters, "responses": {"default": {"description": ""}}}
    if method == "post":
        body = {"type": "object", "properties": {name: _text(values) for name, values in fields.items()}}
        operation["requestBody"] = {"content": {kind: {"schema": body} for kind in _TYPES}}
    return operation


def _text(values: Sequence[str]) -> dict[str, Any]:
    return {"enum": list(values)} if values else {"type": "string"}
