# METADATA
# title: May this caller speak?
# description: |
#   Asked once a call, when only its head is known: who calls, from where, and which
#   operation. The credential is verified already; what was asked of the model comes later,
#   in request.rego.
#
#   To forbid something more, add a rule `reasons contains "…" if …`. One reason is enough
#   to refuse, and the caller reads all of them.
package extproc.authz

# `not` then means the same in every engine: true as well where something is undefined.
import future.keywords.not

# Nothing below reached a conclusion, so the answer is no.
default decision := {"allowed": false, "reason": "The policy came to no conclusion about this call."}

# METADATA
# title: The answer
# entrypoint: true
decision := {"allowed": true} if count(reasons) == 0

decision := {"allowed": false, "reason": concat(" ", sort(reasons))} if count(reasons) > 0

reasons contains "The caller has no name." if not is_named

reasons contains "The call does not come from a running agent." if not is_agent

reasons contains "This operation is not offered here." if not is_offered

is_named if input.identity.subject != ""

is_agent if input.agent.id != ""

is_offered if input.llm.operation in data.operations
