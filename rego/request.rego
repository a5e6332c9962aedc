# METADATA
# title: May this be asked of the model?
# description: |
#   Asked once a call, when the whole request is known: the model, the messages, the limits
#   and what the masker found. Nothing has gone to the model yet.
#
#   Every rule reads its numbers and words from data.json. To forbid something more, add a
#   rule `reasons contains "…" if …`. One reason is enough to refuse, and the caller reads
#   all of them.
package extproc.request

# `not` then means the same in every engine: true as well where something is undefined. So each
# `not` below also refuses what is missing or has the wrong type.
import future.keywords.not

# Nothing below reached a conclusion, so the answer is no.
default decision := {"allowed": false, "reason": "The policy came to no conclusion about this call."}

# METADATA
# title: The answer
# entrypoint: true
decision := {"allowed": false, "reason": concat(" ", sort(reasons))} if {
	count(reasons) > 0
} else := {"allowed": true, "approval": approval} if {
	asks_people
	count(risks) > 0
} else := {"allowed": true}

# "Not looked at" is not "clean".
reasons contains "The request could not be searched for sensitive data." if {
	not input.findings.status == "ok"
}

reasons contains "This operation is not offered here." if {
	not input.llm.operation in data.operations
}

# METADATA
# title: Who may call which model
# description: |
#   data.model_access maps a group to globs of model names; the group "*" is everyone with a
#   valid credential.
reasons contains "You may not call this model." if not is_granted

is_granted if {
	is_string(input.llm.model)
	some pattern in data.model_access["*"]
	glob.match(pattern, null, input.llm.model)
} else if {
	is_string(input.llm.model)
	some group in input.identity.groups
	some pattern in data.model_access[group]
	glob.match(pattern, null, input.llm.model)
} else if {
	# A list of the models names none.
	input.llm.operation == "models"
	input.llm.model == null
}

# METADATA
# title: How much may be asked at once
reasons contains sprintf("A request may hold up to %d messages.", [data.limits.messages]) if {
	not count(messages) <= data.limits.messages
}

reasons contains sprintf("A prompt may hold up to %d characters.", [data.limits.prompt_characters]) if {
	not sum([count(text) | some text in texts]) <= data.limits.prompt_characters
}

reasons contains sprintf("An answer may take up to %d tokens.", [data.limits.max_tokens]) if {
	not has_few_tokens
}

has_few_tokens if {
	input.llm.max_tokens == null
} else if {
	is_number(input.llm.max_tokens)
	input.llm.max_tokens <= data.limits.max_tokens
}

# METADATA
# title: What a person has to let pass
# description: |
#   Every risk is a sentence that the approver reads. data.approvals says what is one: models,
#   tools and operations by glob, types of findings, words, and a prompt's length. Empty lists and
#   null ask nobody. Who may approve is in `groups` (none: whoever may approve at all), how many
#   of them in `count`.
approval := {
	"required": true,
	"reason": concat(" ", sort(risks)),
	"groups": data.approvals.groups,
	"count": data.approvals.count,
	"reason_required": data.approvals.reason_required,
}

# A fact of the data alone, settled once: where nobody is ever asked, no call is looked at for risks.
default asks_people := false

asks_people if {
	some list in ["models", "tools", "findings", "words"]
	count(data.approvals[list]) > 0
}

asks_people if is_number(data.approvals.prompt_characters)

risks contains sprintf("It asks the model %s.", [input.llm.model]) if {
	is_string(input.llm.model)
	some pattern in data.approvals.models
	glob.match(pattern, null, input.llm.model)
}

risks contains sprintf("It may use the tool %s.", [tool]) if {
	some tool in input.llm.tools
	some pattern in data.approvals.tools
	glob.match(pattern, null, tool)
}

risks contains sprintf("It holds %s.", [item.type]) if {
	some item in input.findings.items
	item.type in data.approvals.findings
}

risks contains "It holds words that a person has to look at." if {
	some text in texts
	regex.match(watched, text)
}

# As `blocked` below.
watched := concat("", [`(?i)(^|[^\pL\pM\pN])(`, concat("|", watched_phrases), `)([^\pL\pM\pN]|$)`]) if {
	count(watched_phrases) > 0
}

watched_phrases contains phrase if {
	is_array(data.approvals.words)
	some words in data.approvals.words
	phrase := regex.replace(words, `[^\pL\pM\pN]+`, `[^\pL\pM\pN]+`)
}

risks contains "It is long." if {
	is_number(data.approvals.prompt_characters)
	sum([count(text) | some text in texts]) > data.approvals.prompt_characters
}

# METADATA
# title: Words that may not be sent
# description: |
#   data.blocked_words holds words and phrases. They are found as whole words in any case,
#   and whatever stands between the words of a phrase: "Launch-codes" is "launch codes".
reasons contains "The prompt holds words that may not be sent." if {
	some text in texts
	regex.match(blocked, text)
}

# Only letters and digits of the words reach the pattern, so that no word can break it.
blocked := concat("", [`(?i)(^|[^\pL\pM\pN])(`, concat("|", phrases), `)([^\pL\pM\pN]|$)`]) if {
	count(phrases) > 0
}

phrases contains phrase if {
	is_array(data.blocked_words)
	some words in data.blocked_words
	phrase := regex.replace(words, `[^\pL\pM\pN]+`, `[^\pL\pM\pN]+`)
}

# A limit that is missing must not read as no limit, nor a missing list as an empty one.
reasons contains "The policy's own data is not complete." if not is_complete

is_complete if {
	is_array(data.blocked_words)
	is_number(data.limits.messages)
	is_number(data.limits.prompt_characters)
	is_number(data.limits.max_tokens)
	every list in ["models", "tools", "findings", "words", "groups"] {
		is_array(data.approvals[list])
	}
	is_number(data.approvals.count)
	is_boolean(data.approvals.reason_required)
	type_name(data.approvals.prompt_characters) in {"null", "number"}
}

# METADATA
# title: What is asked
# description: Every turn of the conversation, the system's included.
reasons contains "The messages of this request could not be read." if not is_readable

# A turn that only calls tools says nothing: null.
is_readable if every message in messages { type_name(message.content) in {"string", "null"} }

texts := [message.content | some message in messages; is_string(message.content)]

messages := input.llm.messages if {
	is_array(input.llm.messages)
} else := [] if {
	# A list of the models asks nothing.
	input.llm.operation == "models"
}
