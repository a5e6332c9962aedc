package extproc.response_test

import data.extproc.response

answer(status) := {"llm": {"operation": "chat", "model": "gpt-4.1"}, "findings": {"status": status, "items": []}}

refusal := {"allowed": false, "reason": "The answer could not be searched for sensitive data."}

test_an_answer_that_was_searched_may_pass if response.decision == {"allowed": true} with input as answer("ok")

test_a_stream_is_searched_as_it_comes if response.decision == {"allowed": true} with input as answer("partial")

test_an_answer_that_was_not_searched_is_refused if response.decision == refusal with input as answer("unavailable")

test_an_unknown_status_is_refused if response.decision == refusal with input as answer("fine")

test_an_empty_input_is_refused if response.decision == refusal with input as {}
