"""OpenAI's older and smaller operations: legacy completions, embeddings and moderations.

Source: platform.openai.com/docs/api-reference, and the types of the stock client. A prompt may
be numbers of tokens instead of text. Nobody here can read those, and so the facts say.
"""

from __future__ import annotations

from typing import Any, ClassVar

from extproc.core.llm.dialect import (
    AnswerFacts,
    Dialect,
    LlmRequest,
    Message,
    a_boolean,
    a_count,
    a_string,
    all_text,
    an_array,
    an_object,
    optional,
    texts_or_tokens,
)
from extproc.core.llm.openai_chat import ANSWER_HEAD, IMAGE_URL, OpenAiChat
from extproc.core.llm.routes import Route
from extproc.core.llm.spec import FREE, NAME, PROSE, PROTOCOL, Kind, Spec, array_of

# A token's number has no text to look at, and must stay a number.
_PROMPT = Spec(numbers=False, deep=True)


class OpenAiCompletions(OpenAiChat):
    """Its streams have `choices[].text`, which the chunks of chat know as well."""

    request: ClassVar[Spec] = Spec(
        fields={
            "model": NAME,
            "prompt": _PROMPT,
            "max_tokens": PROTOCOL,
            "n": PROTOCOL,
            "best_of": PROTOCOL,
            "seed": PROTOCOL,
            "logprobs": PROTOCOL,
            "temperature": PROTOCOL,
            "top_p": PROTOCOL,
            "frequency_penalty": PROTOCOL,
            "presence_penalty": PROTOCOL,
            "logit_bias": PROTOCOL,
        }
    )
    answer: ClassVar[Spec] = Spec(
        fields={
            **ANSWER_HEAD,
            "choices": array_of(
                Spec(
                    fields={
                        "index": PROTOCOL,
                        "text": PROSE,
                        "finish_reason": FREE,
                        "logprobs": FREE,
                    },
                    logprobs=True,
                )
            ),
        }
    )

    def read_request(self, route: Route, document: Any) -> LlmRequest:
        body = an_object(document, "$")
        text, has_tokens = texts_or_tokens(body.get("prompt") or "", "$.prompt")
        suffix = optional(a_string, body, "suffix")
        return LlmRequest(
            api=route.api,
            operation=route.operation,
            model=a_string(body.get("model"), "$.model"),
            stream=optional(a_boolean, body, "stream") or False,
            messages=(Message("user", "\n".join(filter(None, (text, suffix)))),),
            max_tokens=optional(a_count, body, "max_tokens"),
            has_tokens=has_tokens,
        )


class OpenAiEmbeddings(OpenAiChat):
    request: ClassVar[Spec] = Spec(fields={"model": NAME, "input": _PROMPT, "dimensions": PROTOCOL})
    answer: ClassVar[Spec] = Spec(
        fields={
            **ANSWER_HEAD,
            "data": array_of(
                Spec(
                    fields={
                        "object": FREE,
                        "index": PROTOCOL,
                        # Numbers, or their bytes in base64.
                        "embedding": Spec(text=Kind.BLOB, numbers=False, items=PROTOCOL),
                    }
                )
            ),
        }
    )

    def read_request(self, route: Route, document: Any) -> LlmRequest:
        body = an_object(document, "$")
        text, has_tokens = texts_or_tokens(body.get("input"), "$.input")
        return LlmRequest(
            api=route.api,
            operation=route.operation,
            model=a_string(body.get("model"), "$.model"),
            messages=(Message("user", text),),
            has_tokens=has_tokens,
        )


_DEFAULT_MODERATION = "omni-moderation-latest"
"""The model that the reference names for a request that names none."""


class OpenAiModerations(OpenAiChat):
    request: ClassVar[Spec] = Spec(
        fields={
            "model": NAME,
            "input": Spec(
                items=Spec(fields={"type": FREE, "text": FREE, "image_url": IMAGE_URL}),
            ),
        }
    )
    answer: ClassVar[Spec] = Spec(fields={"id": NAME, "model": NAME, "results": PROTOCOL})

    def read_request(self, route: Route, document: Any) -> LlmRequest:
        body = an_object(document, "$")
        value = body.get("input")
        if type(value) is not str:
            an_array(value, "$.input")
        return LlmRequest(
            api=route.api,
            operation=route.operation,
            model=optional(a_string, body, "model") or _DEFAULT_MODERATION,
            messages=(Message("user", all_text(value)),),
        )

    def read_answer(self, document: Any, facts: AnswerFacts) -> None:
        self.read_event(document, facts)


OPENAI_COMPLETIONS: Dialect = OpenAiCompletions()
OPENAI_EMBEDDINGS: Dialect = OpenAiEmbeddings()
OPENAI_MODERATIONS: Dialect = OpenAiModerations()
