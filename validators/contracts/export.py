"""Exports contracts for other tools: as one JSON Schema 2020-12 with everything in `$defs`, or as OpenAPI 3.1.

A schema of a request accepts what the strict profile accepts, relations and JSON inside texts aside. Error codes,
evidence and media rules are in the documents as `x-mockvod-…` members, which other tools ignore.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from mockvod.validators.contracts.catalog import VERSION, Contract
from mockvod.validators.contracts.compile import DIALECT
from mockvod.validators.json_values import is_array, is_object

#: Appended to the name of a type nested in an answer, which allows null where the same type of a request does not.
_ANSWER_SUFFIX = ".Answer"

#: What stands inside `Response` when a call is refused (documented, API 3.0 response structure).
ERROR: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "Error": {
            "type": "object",
            "properties": {"Code": {"type": "string"}, "Message": {"type": "string"}},
            "required": ["Code", "Message"],
        },
        "RequestId": {"type": "string"},
    },
    "required": ["Error", "RequestId"],
}


def json_schema(contracts: Iterable[Contract]) -> dict[str, Any]:
    """The contracts as one JSON Schema: `#/$defs/<Structure>` is a request, an answer without envelope or a nested type."""
    return {
        "$schema": DIALECT,
        "title": f"Tencent Cloud VOD, version {VERSION}, as mockvod knows it",
        "$defs": _schemas(contracts, "#/$defs/"),
    }


def openapi(contracts: Iterable[Contract]) -> dict[str, Any]:
    """The contracts as an OpenAPI 3.1 document with one operation for each action.

    All actions share the path `/` and differ only in the header X-TC-Action, for which OpenAPI has no means. A fragment
    makes the paths differ, as in the descriptions of other services of this kind.
    """
    chosen = list(contracts)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tencent Cloud VOD, as mockvod knows it", "version": VERSION},
        "jsonSchemaDialect": DIALECT,
        "servers": [{"url": "https://vod.intl.tencentcloudapi.com"}],
        "paths": {f"/#X-TC-Action={each.action}": {"post": _operation(each)} for each in chosen},
        "components": {
            "schemas": {"Error": dict(ERROR), **_schemas(chosen, "#/components/schemas/")},
            "parameters": {"Version": _header("X-TC-Version", {"const": VERSION}), **_HEADERS},
        },
    }


def _header(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": True, "schema": dict(schema)}


_HEADERS: Mapping[str, dict[str, Any]] = {
    # UNIX time in seconds.
    "Timestamp": _header("X-TC-Timestamp", {"type": "integer"}),
}


def _operation(contract: Contract) -> dict[str, Any]:
    answer = {"oneOf": [{"$ref": _ref(contract.response.name)}, {"$ref": _ref("Error")}]}
    operation: dict[str, Any] = {"operationId": contract.action}
    if contract.summary:
        operation["summary"] = contract.summary
    return {
        **operation,
        "parameters": [
            _header("X-TC-Action", {"const": contract.action}),
            {"$ref": "#/components/parameters/Version"},
            {"$ref": "#/components/parameters/Timestamp"},
        ],
        "requestBody": {"required": True, "content": _json({"$ref": _ref(contract.request.name)})},
        "responses": {
            "200": {
                "description": "the result, or a refusal: the status is 200 for both",
                "content": _json({"type": "object", "properties": {"Response": answer}, "required": ["Response"]}),
            }
        },
        **{key: value for key, value in _extensions(contract).items() if value},
    }


def _extensions(contract: Contract) -> dict[str, Any]:
    return {
        "x-mockvod-rate": contract.rate,
        "x-mockvod-concurrency": contract.concurrency,
        "x-mockvod-error-codes": list(contract.error_codes),
        "x-mockvod-not-modelled": list(contract.not_modelled),
    }


def _ref(name: str) -> str:
    return f"#/components/schemas/{name}"


def _json(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": dict(schema)}}


def _schemas(contracts: Iterable[Contract], prefix: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in contracts:
        _add_schemas(found, each.request.name, each.request_schema, prefix, "")
        _add_schemas(found, each.response.name, each.response_schema, prefix, _ANSWER_SUFFIX)
    return dict(sorted(found.items()))


def _add_schemas(found: dict[str, Any], name: str, schema: Mapping[str, Any], prefix: str, suffix: str) -> None:
    """Adds a compiled schema and its nested types to `found`, with their references pointing to the new places."""
    for nested, body in schema.get("$defs", {}).items():
        found[nested + suffix] = _with_references_moved(body, prefix, suffix)
    found[name] = _with_references_moved(
        {key: body for key, body in schema.items() if key not in ("$schema", "$defs")}, prefix, suffix
    )


def _with_references_moved(value: Any, prefix: str, suffix: str) -> Any:
    if is_object(value):
        return {
            key: f"{prefix}{each.removeprefix('#/$defs/')}{suffix}"
            if key == "$ref" and isinstance(each, str)
            else _with_references_moved(each, prefix, suffix)
            for key, each in value.items()
        }
    return [_with_references_moved(each, prefix, suffix) for each in value] if is_array(value) else value
