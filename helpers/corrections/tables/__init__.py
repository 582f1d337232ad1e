"""Tables and what belongs to them: where moto's control plane answers differently from DynamoDB.

    handle(operation, request, forward, backend) -> answer

`request` is what `requests.validate` returned. `forward(request)` sends the (possibly changed) request for
the same operation to moto and returns moto's answer as a dict, or raises `Refused`. `backend` is moto's, of one account
and Region. Operations that need no correction are forwarded as they are.

    lifetimes     made, described, listed, deleted         definitions   which tables and indexes can be
    changes       UpdateTable                              descriptions  what DynamoDB tells of a table
    tags, ttl     each with its operations                 backups       on demand, and to a point in time

A table is CREATING in the answer to CreateTable and ACTIVE when next described: nothing here takes time, and what a
waiter waits for has happened.
"""

from ..errors import Refused
from . import backups, changes, lifetimes, tags, ttl

CORRECTED = {
    **lifetimes.OPERATIONS,
    **changes.OPERATIONS,
    **tags.OPERATIONS,
    **ttl.OPERATIONS,
    **backups.OPERATIONS,
}


def handle(operation: str, request: dict, forward, backend) -> dict:
    if operation in CORRECTED:
        return CORRECTED[operation](request, forward, backend)
    try:
        return forward(request)
    except NotImplementedError:
        raise Refused(f"The lab does not offer {operation}", "UnknownOperationException") from None
