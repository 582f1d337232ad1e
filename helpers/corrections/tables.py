"""Tables, indexes, tags, TTL, limits: where moto's control plane answers differently from DynamoDB.

    handle(operation, request, forward) -> answer

`request` is what `requests.validate` returned. `forward(request)` sends the (possibly changed) request for
the same operation to moto and returns moto's answer as a dict, or raises `Refused`; `handle` returns the answer
as DynamoDB would give it. Operations that need no correction are forwarded as they are.
"""


def handle(operation, request, forward):
    return forward(request)
