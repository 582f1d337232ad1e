"""A table may be named by its ARN, and then the answer names it so (API ConsumedCapacity, BatchGetItem)."""

from .actions import table_name

BY_TABLE = ("Responses", "UnprocessedKeys", "UnprocessedItems", "ItemCollectionMetrics")


def told(answer: dict, request: dict) -> dict:
    """The answer with the ARNs that the request has, in place of the tables' names. request: as it was sent."""
    arns = {table_name(name): name for name in _named(request) if name.startswith("arn:")}
    if not arns:
        return answer
    for part in BY_TABLE:
        if isinstance(answer.get(part), dict):
            answer[part] = {arns.get(name, name): content for name, content in answer[part].items()}
    consumed = answer.get("ConsumedCapacity", [])
    for one in consumed if isinstance(consumed, list) else [consumed]:
        one["TableName"] = arns.get(one["TableName"], one["TableName"])
    return answer


def _named(request: dict) -> list[str]:
    actions = [one for action in request.get("TransactItems", ()) for one in action.values()]
    return [
        *(one["TableName"] for one in [request, *actions] if "TableName" in one),
        *request.get("RequestItems", ()),
    ]
