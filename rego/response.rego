# METADATA
# title: May the answer pass?
# description: |
#   Asked once a call, when the model begins to answer. Masking goes on by itself, piece by
#   piece; this decides only whether anything passes at all.
#
#   To forbid something more, add a rule `reasons contains "…" if …`. One reason is enough
#   to refuse, and the caller reads all of them.
package extproc.response

# `not` then means the same in every engine: true as well where something is undefined.
import future.keywords.not

# Nothing below reached a conclusion, so the answer is no.
default decision := {"allowed": false, "reason": "The policy came to no conclusion about this answer."}

# METADATA
# title: The answer
# entrypoint: true
decision := {"allowed": true} if count(reasons) == 0

decision := {"allowed": false, "reason": concat(" ", sort(reasons))} if count(reasons) > 0

# "partial" is the ordinary state of a stream: the rest of it has not come yet.
reasons contains "The answer could not be searched for sensitive data." if not is_searched

is_searched if input.findings.status in {"ok", "partial"}
