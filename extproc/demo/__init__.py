"""The demo model: a stand-in upstream that speaks OpenAI chat completions and Anthropic messages.

It says back what it received, so that a newcomer sees that a prompt was masked before it
arrived, and it makes up a customer record when asked, so that one sees an answer masked. The
same prompt gets the same bytes. `answer` is the one place that decides what is said; `chat`
and `messages` only put it into their dialect; `app` serves them.
"""
