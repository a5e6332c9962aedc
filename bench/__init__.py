"""`make bench`: this server against plain Envoy and against the floor, in one run.

    scenarios   what is asked: the requests, as bytes
    load        asks it: HTTP/1.1 over keep-alive connections, from a process of its own
    upstream    answers it: the model's stand-in, in a process of its own
    floor       handlers that decide nothing, on the same transports as the server's
    systems     what is compared: how each is started, and what it must do to be counted
    processes   what a running system costs: processor time, memory, switches
    run         rounds that take turns, so that a slow minute hits every system alike
    report      medians, tables, the page in docs/
    chart       the picture in docs/

Masking is measured by itself too:

    masking     what it costs: bytes and events a second, what it holds back, memory
    accuracy    how well it finds
    score       right, wrong and missed: findings against labels
    samples     the texts for both, made from fixed seeds

Load and upstream have one core, Envoy and the policy server another. So the figures are of one
core, and what the asking costs is not in them. Everything listens on the loopback address.
"""
