"""Condition, update, projection and key-condition expressions: parsed once, bound to placeholders, evaluated.

Items and values are wire dicts ({"S": "a"}, binary as base64 text). Every function raises `Refused`
with DynamoDB's message when the expression is wrong; `.apply` also raises it for what only an item can show.

    condition(text, names, values, what="ConditionExpression") -> Condition
        .matches(item | None) -> bool       None: the item does not exist
        .paths                              tuple of paths; a path is a tuple like ("a", "b", 0)
    update(text, names, values) -> Update
        .apply(item) -> new item            the old one is never changed, parts may be shared
        .updated(item) -> item              only the parts that the update names: UPDATED_OLD and UPDATED_NEW
        .paths
    projection(text, names) -> Projection
        .of(item) -> item
        .paths
    key_condition(text, names, values, partition, sort) -> KeyCondition
        .partition                          the typed value that the partition key must equal
        .low, .high                         None or (comparable, inclusive): where the sort key lies
        .paths
    comparable(typed)                       bytes for S and B, Decimal for N: how DynamoDB orders keys
"""
