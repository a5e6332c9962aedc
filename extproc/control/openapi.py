"""The API in the words of OpenAPI 3.1, served at /api/v1/openapi.json."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extproc import __version__

_FILTERS = {
    "at": "A time such as 03:00: exchanges that started in that minute (or second, or day)",
    "from": "Exchanges that started then or later",
    "to": "Exchanges that started before the end of it",
    "tz": "The zone of all times, asked and answered, such as Europe/Berlin",
    "subject": "Of this subject",
    "agent": "Of this agent, by id or name",
    "model": "Asked of this model; a glob is allowed",
    "client": "Of whom this names: agent id, agent name, client id or source address",
    "text": "With these words in a masked body",
    "finding": "With a finding of this type",
    "decision": "allow, deny, or a code",
}


def _get(summary: str, *parameters: Mapping[str, Any], is_list: bool = False) -> dict[str, Any]:
    schema = {"type": "array", "items": {"type": "object"}} if is_list else {"type": "object"}
    return _operation(summary, parameters, schema)


def _post(summary: str) -> dict[str, Any]:
    body = {
        "type": "object",
        "required": ["subject"],
        "properties": {"subject": {"type": "string"}, "reason": {"type": "string"}},
        "additionalProperties": False,
    }
    return {
        **_operation(summary, (), {"type": "object"}),
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
    }


_CONDITIONS = {
    "model": {"type": "string"},
    "max_tokens": {"type": "integer"},
    "profile": {"type": "string"},
}


def _callback() -> dict[str, Any]:
    body = {
        "type": "object",
        "required": ["approval", "verdict", "voter"],
        "properties": {
            "approval": {"type": "string"},
            "verdict": {"enum": ["approve", "deny"]},
            "voter": {"type": "string"},
            "reason": {"type": "string"},
            "conditions": {"type": "object", "properties": _CONDITIONS},
        },
        "additionalProperties": False,
    }
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    headers = [{**_in_path(name), "in": "header"} for name in names]
    described = _operation(
        "What somebody decided elsewhere, signed by the receiver of a webhook",
        (_in_path("id"), *headers),
        {"type": "object"},
    )
    return {
        **described,
        # The signature is the credential.
        "security": [],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
    }


def _decision(summary: str) -> dict[str, Any]:
    body = {
        "type": "object",
        "properties": {
            "reason": {"type": "string"},
            "conditions": {"type": "object", "properties": _CONDITIONS},
            "uses": {"type": "integer"},
            "seconds": {"type": "integer"},
            "break_glass": {"type": "boolean"},
        },
        "additionalProperties": False,
    }
    return {
        **_operation(summary, (_in_path("id"),), {"type": "object"}),
        "requestBody": {"content": {"application/json": {"schema": body}}},
    }


def _operation(
    summary: str, parameters: tuple[Mapping[str, Any], ...], schema: Mapping[str, Any]
) -> dict[str, Any]:
    refusals = {
        "400": "invalid_request",
        "401": "missing_credential, invalid_token, revoked",
        "403": "policy_denied: the caller is not in the group admin",
        "503": "unavailable",
    }
    if any(parameter["in"] == "path" for parameter in parameters):
        refusals["404"] = "not_found"
    answers: dict[str, Any] = {
        "200": {"description": "Done", "content": {"application/json": {"schema": schema}}}
    }
    for status, codes in sorted(refusals.items()):
        answers[status] = {
            "description": codes,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
        }
    return {"summary": summary, "parameters": list(parameters), "responses": answers}


def _in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _in_query(name: str, description: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": {"type": "string"},
    }


DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {
        "title": "extproc",
        "version": __version__,
        "description": "Who runs, what was asked and answered. For the group admin.",
    },
    "security": [{"credential": []}],
    "paths": {
        "/api/v1/agents": {
            "get": _get(
                "The agents that run", _in_query("subject", "Only of this subject"), is_list=True
            )
        },
        "/api/v1/agents/{id}": {
            "delete": _get("End an agent and its children", _in_path("id")),
        },
        "/api/v1/subjects": {
            "get": _get("Subjects with running agents, and those that were revoked", is_list=True)
        },
        "/api/v1/subjects/revoke": {
            "post": _post("End all agents of a subject and let it start none")
        },
        "/api/v1/subjects/restore": {"post": _post("Let a subject start agents again")},
        "/api/v1/approvals": {
            "get": _get(
                "Held calls; those that wait come first",
                _in_query("state", "pending, approved, denied or expired"),
                is_list=True,
            )
        },
        "/api/v1/approvals/{id}": {"get": _get("A held call", _in_path("id"))},
        "/api/v1/approvals/{id}/approve": {"post": _decision("Let exactly this request pass")},
        "/api/v1/approvals/{id}/deny": {"post": _decision("Refuse it")},
        "/api/v1/approvals/{id}/review": {
            "post": _get("Note that a broken glass was looked at", _in_path("id"))
        },
        "/api/v1/approvals/{id}/callback": {"post": _callback()},
        "/api/v1/sessions": {
            "get": _get(
                "Sessions with the exchanges that a question means",
                *(_in_query(name, text) for name, text in _FILTERS.items()),
                is_list=True,
            )
        },
        "/api/v1/sessions/{id}": {
            "get": _get("A session, by its agent's id", _in_path("id"), _in_query("tz", "Zone"))
        },
        "/api/v1/exchanges/{id}": {
            "get": _get("Everything about an exchange", _in_path("id"), _in_query("tz", "Zone"))
        },
    },
    "components": {
        "securitySchemes": {
            "credential": {"type": "http", "scheme": "bearer", "bearerFormat": "at+jwt"}
        },
        "schemas": {
            "Error": {
                "type": "object",
                "required": ["error"],
                "properties": {
                    "error": {
                        "type": "object",
                        "required": ["code", "message"],
                        "properties": {
                            "code": {"type": "string"},
                            "message": {"type": "string"},
                        },
                    }
                },
            }
        },
    },
}
