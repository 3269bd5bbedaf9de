"""The control pages as an OpenAPI 3.1 document, made of the same table as the pages themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, get_type_hints

from mockvod.surfaces.control.fields import Member
from mockvod.surfaces.control.openapi_types import Schema, schema_of
from mockvod.surfaces.control.page import Page
from mockvod.version import __version__

_VARIABLE = re.compile("<([a-z_]+)>")
_VARIABLES = {
    "task_id": "A TaskId.",
    "secret_id": "The SecretId of an account.",
    "fault_id": "The id of a fault.",
    "snapshot_id": "The id of a snapshot.",
}
#: What every page may answer.
_REFUSALS = {
    400: "the request has members or parameters that the page does not have, or wrong ones",
    401: "a token is set, and the request does not name it",
    403: "no token is set, and the caller is on another machine",
}
_ERROR: Schema = {
    "type": "object",
    "description": "Why a request was refused.",
    "properties": {"error": {"type": "string"}},
    "required": ["error"],
    "additionalProperties": False,
}


def document(pages: Iterable[Page], prefix: str) -> dict[str, Any]:
    """The document of `pages`, whose addresses begin with `prefix`."""
    schemas: dict[str, Schema] = {"Error": _ERROR}
    paths: dict[str, Any] = {}
    for page in pages:
        path = prefix + _VARIABLE.sub(r"{\1}", page.rule)
        paths.setdefault(path, {})[page.method.lower()] = _operation(page, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "mockvod's control pages",
            "version": __version__,
            "description": "What happened so far, and what is to happen. For callers on the same machine, or for those "
            "who name the token of `mockvod serve --control-token` as `Authorization: Bearer TOKEN`.",
        },
        "security": [{}, {"token": []}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(page: Page, schemas: dict[str, Schema]) -> dict[str, Any]:
    answer = schema_of(get_type_hints(page.handle)["return"], schemas)
    refusals = _REFUSALS | dict(page.refusals)
    operation: dict[str, Any] = {
        "operationId": page.handle.__name__,
        "summary": (page.handle.__doc__ or "").partition("\n")[0],
        "parameters": [
            *(_parameter(name, "path", _VARIABLES[name], {"type": "string"}) for name in _VARIABLE.findall(page.rule)),
            *(_parameter(each.name, "query", each.about, dict(each.kind.schema)) for each in page.query),
        ],
        "responses": {
            "200": _response("done", answer),
            **{
                str(status): _response(why, {"$ref": "#/components/schemas/Error"})
                for status, why in sorted(refusals.items())
            },
        },
    }
    if page.members:
        content: dict[str, Any] = {"schema": _body(page)}
        if page.examples:
            content["examples"] = {name: {"value": dict(value)} for name, value in page.examples.items()}
        required = page.one_member or any(each.required for each in page.members)
        operation["requestBody"] = {"required": required, "content": {"application/json": content}}
    return operation


def _parameter(name: str, place: str, about: str, schema: Schema) -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "description": about, "schema": schema}


def _response(why: str, schema: Schema) -> dict[str, Any]:
    return {"description": why, "content": {"application/json": {"schema": schema}}}


def _body(page: Page) -> Schema:
    schema: Schema = {
        "type": "object",
        "properties": {each.name: _described(each) for each in page.members},
        "additionalProperties": False,
    }
    required = [each.name for each in page.members if each.required]
    if required:
        schema["required"] = required
    return schema | ({"minProperties": 1, "maxProperties": 1} if page.one_member else {})


def _described(member: Member) -> Schema:
    return {**member.kind.schema, "description": member.about}
