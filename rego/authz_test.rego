package extproc.authz_test

import future.keywords.not

import data.extproc.authz

call := {
	"attributes": {"request": {"http": {"method": "POST", "path": "/v1/chat/completions"}}},
	"identity": {"subject": "ada@example.com", "issuer": "local", "groups": [], "claims": {}},
	"agent": {"id": "agt_1", "name": "notes", "parent": "", "started_at": 0},
	"llm": {"api": "openai", "operation": "chat"},
}

changed(path, value) := json.patch(call, [{"op": "replace", "path": path, "value": value}])

test_a_running_agent_may_speak if authz.decision == {"allowed": true} with input as call

test_each_dialect_may_be_spoken if {
	every operation in ["chat", "messages", "count_tokens", "models"] {
		authz.decision.allowed with input as changed("/llm/operation", operation)
	}
}

test_an_unknown_operation_is_refused if {
	authz.decision == {"allowed": false, "reason": "This operation is not offered here."} with input as changed("/llm/operation", "fine_tuning")
}

test_a_caller_without_a_name_is_refused if {
	authz.decision == {"allowed": false, "reason": "The caller has no name."} with input as changed("/identity/subject", "")
}

test_a_call_outside_an_agent_is_refused if {
	authz.decision == {"allowed": false, "reason": "The call does not come from a running agent."} with input as changed("/agent", null)
}

test_an_empty_input_is_refused if not authz.decision.allowed with input as {}

test_without_data_nothing_is_offered if not authz.decision.allowed with input as call with data.operations as []
