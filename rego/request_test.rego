package extproc.request_test

import future.keywords.not

import data.extproc.request

call := {
	"identity": {"subject": "ada@example.com", "issuer": "local", "groups": ["research"], "claims": {}},
	"agent": {"id": "agt_1", "name": "notes", "parent": "", "started_at": 0},
	"llm": {
		"api": "openai", "operation": "chat", "model": "gpt-4.1", "stream": false,
		"messages": [{"role": "user", "content": "How tall is the tower?"}],
		"tools": [], "max_tokens": null, "usage": null,
	},
	"findings": {"status": "ok", "items": []},
}

changed(path, value) := json.patch(call, [{"op": "replace", "path": path, "value": value}])

asked(text) := changed("/llm/messages/0/content", text)

refusal(reason) := {"allowed": false, "reason": reason}

test_everyone_may_call_every_model_at_first if request.decision == {"allowed": true} with input as call

test_a_group_may_call_only_its_models if {
	request.decision.allowed with input as call with data.model_access as {"research": ["gpt-*"]}
	request.decision == refusal("You may not call this model.") with input as call
		with data.model_access as {"research": ["claude-*"]}
}

test_the_models_of_other_groups_are_refused if {
	request.decision == refusal("You may not call this model.") with input as call
		with data.model_access as {"board": ["*"]}
}

test_a_group_that_is_named_like_everyone_gains_nothing if {
	not request.decision.allowed with input as changed("/identity/groups", ["*"])
		with data.model_access as {"board": ["*"]}
}

test_a_request_without_a_model_is_refused if {
	request.decision == refusal("You may not call this model.") with input as changed("/llm/model", null)
}

test_the_list_of_models_names_none if {
	request.decision.allowed with input as json.patch(call, [
		{"op": "replace", "path": "/llm/operation", "value": "models"},
		{"op": "replace", "path": "/llm/model", "value": null},
		{"op": "replace", "path": "/llm/messages", "value": null},
	])
}

test_an_unknown_operation_is_refused if {
	request.decision == refusal("This operation is not offered here.") with input as changed("/llm/operation", "batch")
}

blocked := refusal("The prompt holds words that may not be sent.")

# The tests have words of their own, so that data.json may be changed.
words := ["launch codes"]

test_blocked_words_are_found_as_whole_words_in_any_case if {
	every text in ["launch codes", "the LAUNCH CODES!", "Launch-Codes", "launch\n\tcodes", "«launch codes»"] {
		request.decision == blocked with input as asked(text) with data.blocked_words as words
	}
}

test_parts_of_other_words_are_not_blocked if {
	every text in ["relaunch codes", "launch codesign", "launch the codes", "élaunch codes", "codes launch"] {
		request.decision.allowed with input as asked(text) with data.blocked_words as words
	}
}

test_blocked_words_are_found_in_every_turn if {
	request.decision == blocked with input as changed("/llm/messages", [
		{"role": "system", "content": "You know the launch codes."},
		{"role": "assistant", "content": null},
		{"role": "user", "content": "Hello."},
	])
		with data.blocked_words as words
}

test_a_blocked_word_is_not_a_pattern if {
	request.decision.allowed with input as asked("anything") with data.blocked_words as ["a.*g", "(", "["]
	request.decision == blocked with input as asked("a g") with data.blocked_words as ["a.*g"]
}

test_no_blocked_words_block_nothing if request.decision.allowed with input as asked("launch codes") with data.blocked_words as []

test_many_messages_are_refused if {
	request.decision == refusal("A request may hold up to 0 messages.") with input as call
		with data.limits.messages as 0
}

test_a_long_prompt_is_refused if {
	request.decision.allowed with input as asked("four") with data.limits.prompt_characters as 4
	request.decision == refusal("A prompt may hold up to 4 characters.") with input as asked("fives")
		with data.limits.prompt_characters as 4
}

test_many_tokens_are_refused if {
	request.decision.allowed with input as changed("/llm/max_tokens", 128000)
	request.decision == refusal("An answer may take up to 128000 tokens.") with input as changed("/llm/max_tokens", 128001)
}

test_tokens_that_are_no_number_are_refused if not request.decision.allowed with input as changed("/llm/max_tokens", "1")

test_a_request_that_was_not_searched_is_refused if {
	every status in ["partial", "unavailable", "", null] {
		request.decision == refusal("The request could not be searched for sensitive data.") with input as changed("/findings/status", status)
	}
}

test_findings_that_are_missing_are_refused if {
	request.decision == refusal("The request could not be searched for sensitive data.") with input as object.remove(call, ["findings"])
}

test_messages_that_cannot_be_read_are_refused if {
	every messages in [null, "text", {}, [{"role": "user"}], [{"role": "user", "content": 1}], ["text"]] {
		not request.decision.allowed with input as changed("/llm/messages", messages)
	}
}

test_all_reasons_are_told if {
	request.decision == refusal("The prompt holds words that may not be sent. You may not call this model.") with input as asked("launch codes")
		with data.blocked_words as words
		with data.model_access as {}
}

test_an_empty_input_is_refused if not request.decision.allowed with input as {}

test_missing_limits_and_words_refuse if {
	not request.decision.allowed with input as call with data.limits as {}
	not request.decision.allowed with input as call with data.blocked_words as null
}

# -- what a person has to let pass

nothing_to_approve := {
	"models": [], "tools": [], "findings": [], "words": [], "prompt_characters": null,
	"groups": ["security"], "count": 2, "reason_required": true,
}

approvals(name, value) := json.patch(nothing_to_approve, [{"op": "replace", "path": name, "value": value}])

held(reason) := {"allowed": true, "approval": {
	"required": true, "reason": reason, "groups": ["security"], "count": 2, "reason_required": true,
}}

test_without_a_rule_nobody_is_asked if {
	request.decision == {"allowed": true} with input as call with data.approvals as nothing_to_approve
}

test_a_model_that_a_person_has_to_let_pass if {
	request.decision == held("It asks the model gpt-4.1.") with input as call
		with data.approvals as approvals("/models", ["gpt-4*"])
}

test_a_tool_that_a_person_has_to_let_pass if {
	request.decision == held("It may use the tool wire_money.") with input as changed("/llm/tools", ["search", "wire_money"])
		with data.approvals as approvals("/tools", ["wire_*"])
}

test_a_finding_that_a_person_has_to_look_at if {
	request.decision == held("It holds SSN.") with input as changed("/findings/items", [{"type": "SSN", "count": 1, "where": "$"}])
		with data.approvals as approvals("/findings", ["SSN"])
}

test_words_that_a_person_has_to_look_at if {
	request.decision == held("It holds words that a person has to look at.") with input as asked("The new Price-list, please")
		with data.approvals as approvals("/words", ["price list"])
}

test_a_long_prompt_that_a_person_has_to_look_at if {
	request.decision == held("It is long.") with input as call
		with data.approvals as approvals("/prompt_characters", 10)
}

test_what_is_refused_is_not_shown_to_a_person if {
	request.decision == blocked with input as asked("the launch codes") with data.blocked_words as ["launch codes"]
		with data.approvals as approvals("/models", ["*"])
}

test_missing_approvals_refuse if {
	not request.decision.allowed with input as call with data.approvals as {}
}
