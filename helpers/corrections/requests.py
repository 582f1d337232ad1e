"""What DynamoDB checks before it does anything: from a raw HTTP body to a request that can be executed.

    operation, request = parse(target, body)            # "DynamoDB_20120810.GetItem", b"{...}"
    request = validate(operation, request, describe)    # describe(table_name) -> moto's table or None

Both raise `Refused`. `validate` works in DynamoDB's order: constraints of the service model (all reported
together), parameters that exclude each other, attribute values, expressions, then the table
(`ResourceNotFoundException`) and what its key schema rejects. It returns a new request in which

* `TableName` is a name (an ARN is cut down to it) and numbers are in DynamoDB's canonical form;
* keys in lower case carry the parsed expressions, so that whoever executes never sees the difference
  between expressions and the older parameters (`Expected`, `QueryFilter`, `AttributeUpdates` ...):

  ===================  =====================================================================
  Get, TransactGet     `projection`
  BatchGetItem         `projection` in each entry of RequestItems
  Put, Delete          `condition`
  Update               `condition`, `update`
  ConditionCheck       `condition`        (transactions: inside each action, e.g. `item["Put"]["condition"]`)
  Query                `key_condition`, `filter`, `projection`
  Scan                 `filter`, `projection`
  ===================  =====================================================================

  Each is always present, None where the caller gave none (`update` and `key_condition` never are None).
  See `expressions` for what they offer.

Control-plane operations come back unchanged except for defaults; `tables` executes them.

    check_item(item, table, message)    # an item as it will be stored: index key types, empty keys, 400 KB
"""


def check_item(item, table, message):
    pass
