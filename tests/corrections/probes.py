"""One probe for each row of the ledger: a few calls, and the short words that go into its cells.

A probe gets a party that answers (the lab, plain moto or DynamoDB Local), empty, as a function
`side(operation, **parameters) -> Answer`, and returns what happened, told so that it fits a table.

    python -m tests.corrections.probes           compare the cells with what is answered today
    python -m tests.corrections.probes --write   and write the moto, lab and DynamoDB Local cells anew
"""

import csv
import sys
from collections.abc import Callable

from helpers.corrections.ledger import COLUMNS, PATH, rows
from tests.oracle.sides import Answer

PROBES: dict[str, Callable[..., object]] = {}
LONGEST_CELL = 170


def probe(behaviour: str):
    """Tie a function to the ledger's row of this name."""

    def keep(function: Callable[..., object]) -> Callable[..., object]:
        assert behaviour not in PROBES, behaviour
        PROBES[behaviour] = function
        return function

    return keep


def cell(behaviour: str, side) -> str:
    """What the ledger should say about this behaviour for this party."""
    side.empty()
    answers = []

    def asked(operation: str, **parameters) -> Answer:
        answers.append(side(operation, **parameters))
        return answers[-1]

    try:
        told = str(PROBES[behaviour](asked))
    except (KeyError, IndexError):  # an error came where the probe looked for a result
        told = str(answers[-1])
    return told if len(told) <= LONGEST_CELL else told[: LONGEST_CELL - 2] + " …"


# -- what probes are made of ------------------------------------------------------------------------------


def s(text: str) -> dict:
    return {"S": text}


def n(number) -> dict:
    return {"N": str(number)}


def schema(**keys: str) -> list[dict]:
    """`schema(pk="HASH", sk="RANGE")`"""
    return [{"AttributeName": name, "KeyType": kind} for name, kind in keys.items()]


def types(**kinds: str) -> list[dict]:
    """`types(pk="S")`"""
    return [{"AttributeName": name, "AttributeType": kind} for name, kind in kinds.items()]


def index(name: str, projection: str = "ALL", **keys: str) -> dict:
    return {"IndexName": name, "KeySchema": schema(**keys), "Projection": {"ProjectionType": projection}}


def table(side, name: str = "Orders", sort: bool = False, **more) -> Answer:
    """Make a table with the key pk, or pk and sk; `more` are further parameters of CreateTable."""
    keys = {"pk": "HASH", "sk": "RANGE"} if sort else {"pk": "HASH"}
    request = {
        "TableName": name,
        "KeySchema": schema(**keys),
        "AttributeDefinitions": types(**dict.fromkeys(keys, "S")),
        "BillingMode": "PAY_PER_REQUEST",
    }
    return side("CreateTable", **(request | more))


def put(side, **attributes) -> Answer:
    """Put `{"pk": "a"}` and these typed attributes."""
    return side("PutItem", TableName="Orders", Item={"pk": s("a"), **attributes})


def get(side, pk: str = "a", **more) -> Answer:
    return side("GetItem", TableName="Orders", Key={"pk": s(pk)}, **more)


def update(side, expression: str, **more) -> Answer:
    return side("UpdateItem", TableName="Orders", Key={"pk": s("a")}, UpdateExpression=expression, **more)


def units(answer: Answer) -> str:
    """`2.5 units`, of one table or summed over several; or the error."""
    if answer.error:
        return str(answer)
    used = answer.result.get("ConsumedCapacity")
    if not used:
        return "not told"
    return f"{sum(each['CapacityUnits'] for each in (used if isinstance(used, list) else [used])):g} units"


def by_index(answer: Answer) -> str:
    """`table 1, gsi 2`: the units of the table and of each index."""
    used = answer.result.get("ConsumedCapacity") or {}
    told = {"table": used.get("Table", {})} | used.get("GlobalSecondaryIndexes", {})
    told |= used.get("LocalSecondaryIndexes", {})
    return ", ".join(f"{name} {each.get('CapacityUnits', 0):g}" for name, each in sorted(told.items()))


TOTAL = {"ReturnConsumedCapacity": "TOTAL"}
INDEXES = {"ReturnConsumedCapacity": "INDEXES"}
ALL_OF_PK = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": "a"}}}


def twenty_kb(side) -> None:
    """One item collection of ten items of 2,048 bytes each."""
    table(side, sort=True)
    for number in range(10):
        item = {"pk": s("a"), "sk": s(str(number)), "text": s("x" * 2033), "even": {"BOOL": number % 2 == 0}}
        side("PutItem", TableName="Orders", Item=item)


# -- what a call costs ------------------------------------------------------------------------------------


@probe("A Query of 20 KB, eventually consistent")
def _(side):
    twenty_kb(side)
    return units(side("Query", TableName="Orders", **ALL_OF_PK, **TOTAL))


@probe("A Query of 20 KB, strongly consistent")
def _(side):
    twenty_kb(side)
    return units(side("Query", TableName="Orders", ConsistentRead=True, **ALL_OF_PK, **TOTAL))


@probe("A Query of 20 KB with a filter that keeps nothing")
def _(side):
    twenty_kb(side)
    return units(
        side("Query", TableName="Orders", FilterExpression="attribute_exists(gone)", **ALL_OF_PK, **TOTAL)
    )


@probe("A Query of 20 KB that returns one short attribute")
def _(side):
    twenty_kb(side)
    return units(side("Query", TableName="Orders", ProjectionExpression="even", **ALL_OF_PK, **TOTAL))


@probe("A Scan of 20 KB that only counts")
def _(side):
    twenty_kb(side)
    return units(side("Scan", TableName="Orders", Select="COUNT", **TOTAL))


@probe("GetItem of an item of 5 KB")
def _(side):
    table(side)
    put(side, text=s("x" * 5000))
    return units(get(side, **TOTAL))


@probe("GetItem of an item that is not there, strongly consistent")
def _(side):
    table(side)
    return units(get(side, "nobody", ConsistentRead=True, **TOTAL))


@probe("BatchGetItem of an item that is not there")
def _(side):
    table(side)
    return units(side("BatchGetItem", RequestItems={"Orders": {"Keys": [{"pk": s("nobody")}]}}, **TOTAL))


@probe("PutItem of an item of 3.5 KB")
def _(side):
    table(side)
    return units(side("PutItem", TableName="Orders", Item={"pk": s("a"), "text": s("x" * 3500)}, **TOTAL))


@probe("UpdateItem of one short attribute in an item of 3.5 KB")
def _(side):
    table(side)
    put(side, text=s("x" * 3500))
    return units(update(side, "SET seen = :v", ExpressionAttributeValues={":v": n(1)}, **TOTAL))


@probe("DeleteItem of an item of 3.5 KB")
def _(side):
    table(side)
    put(side, text=s("x" * 3500))
    return units(side("DeleteItem", TableName="Orders", Key={"pk": s("a")}, **TOTAL))


@probe("A put into a table with a global index, by index")
def _(side):
    gsi = index("gsi", city="HASH")
    table(side, AttributeDefinitions=types(pk="S", city="S"), GlobalSecondaryIndexes=[gsi])
    return by_index(side("PutItem", TableName="Orders", Item={"pk": s("a"), "city": s("Rome")}, **INDEXES))


@probe("An update that changes a global index's key, by index")
def _(side):
    gsi = index("gsi", city="HASH")
    table(side, AttributeDefinitions=types(pk="S", city="S"), GlobalSecondaryIndexes=[gsi])
    put(side, city=s("Rome"))
    return by_index(update(side, "SET city = :c", ExpressionAttributeValues={":c": s("Oslo")}, **INDEXES))


@probe("An update that a KEYS_ONLY index does not see, by index")
def _(side):
    gsi = index("gsi", "KEYS_ONLY", city="HASH")
    table(side, AttributeDefinitions=types(pk="S", city="S"), GlobalSecondaryIndexes=[gsi])
    put(side, city=s("Rome"))
    return by_index(update(side, "SET seen = :v", ExpressionAttributeValues={":v": n(1)}, **INDEXES))


@probe("BatchWriteItem of two items of 3.5 KB")
def _(side):
    table(side)
    puts = [{"PutRequest": {"Item": {"pk": s(key), "text": s("x" * 3500)}}} for key in "ab"]
    return units(side("BatchWriteItem", RequestItems={"Orders": puts}, **TOTAL))


@probe("TransactWriteItems that puts one item of 3.5 KB")
def _(side):
    table(side)
    item = {"pk": s("a"), "text": s("x" * 3500)}
    return units(
        side("TransactWriteItems", TransactItems=[{"Put": {"TableName": "Orders", "Item": item}}], **TOTAL)
    )


@probe("TransactGetItems of one item of 5 KB")
def _(side):
    table(side)
    put(side, text=s("x" * 5000))
    wanted = [{"Get": {"TableName": "Orders", "Key": {"pk": s("a")}}}]
    return units(side("TransactGetItems", TransactItems=wanted, **TOTAL))


@probe("A PartiQL SELECT by key of an item of 5 KB")
def _(side):
    table(side)
    put(side, text=s("x" * 5000))
    return units(side("ExecuteStatement", Statement="SELECT * FROM Orders WHERE pk = 'a'", **TOTAL))


@probe("ItemCollectionMetrics of a table with a local index")
def _(side):
    lsi = index("lsi", pk="HASH", city="RANGE")
    kinds = types(pk="S", sk="S", city="S")
    table(side, sort=True, AttributeDefinitions=kinds, LocalSecondaryIndexes=[lsi])
    item = {"pk": s("a"), "sk": s("b")}
    told = side("PutItem", TableName="Orders", Item=item, ReturnItemCollectionMetrics="SIZE").result
    return told.get("ItemCollectionMetrics", {}).get("ItemCollectionKey", "not told")


@probe("A Query over 1.2 MB, items in the first page")
def _(side):
    table(side, sort=True)
    for number in range(12):
        item = {"pk": s("a"), "sk": s(f"{number:02}"), "text": s("x" * 100_000)}
        side("PutItem", TableName="Orders", Item=item)
    return side("Query", TableName="Orders", **ALL_OF_PK).result["Count"]


# -- batches and transactions -----------------------------------------------------------------------------


@probe("BatchWriteItem of 26 items")
def _(side):
    table(side)
    puts = [{"PutRequest": {"Item": {"pk": s(str(number))}}} for number in range(26)]
    told = side("BatchWriteItem", RequestItems={"Orders": puts})
    return _without_value(told)


@probe("BatchWriteItem of 26 items in two tables")
def _(side):
    table(side)
    table(side, "Others")
    puts = [{"PutRequest": {"Item": {"pk": s(str(number))}}} for number in range(13)]
    return side("BatchWriteItem", RequestItems={"Orders": puts, "Others": puts})


@probe("BatchWriteItem that names one key twice")
def _(side):
    table(side)
    both = [{"PutRequest": {"Item": {"pk": s("a")}}}, {"DeleteRequest": {"Key": {"pk": s("a")}}}]
    return side("BatchWriteItem", RequestItems={"Orders": both})


@probe("BatchGetItem of 101 keys")
def _(side):
    table(side)
    wanted = [{"pk": s(str(number))} for number in range(101)]
    return _without_value(side("BatchGetItem", RequestItems={"Orders": {"Keys": wanted}}))


def _without_value(answer: Answer) -> str:
    """A constraint's message repeats the whole value; the ledger leaves it out."""
    before, found, after = str(answer).partition(" failed to satisfy")
    return before.split("Value ")[0] + "Value … failed to satisfy" + after if found else str(answer)


@probe("TransactWriteItems of 101 items")
def _(side):
    table(side)
    puts = [{"Put": {"TableName": "Orders", "Item": {"pk": s(str(number))}}} for number in range(101)]
    return _without_value(side("TransactWriteItems", TransactItems=puts))


@probe("TransactGetItems that names one item twice")
def _(side):
    table(side)
    wanted = [{"Get": {"TableName": "Orders", "Key": {"pk": s("a")}}}] * 2
    return side("TransactGetItems", TransactItems=wanted)


@probe("A transaction sent twice with one ClientRequestToken")
def _(side):
    table(side)
    put(side, sum_=n(0))
    add = {
        "TableName": "Orders", "Key": {"pk": s("a")}, "UpdateExpression": "ADD sum_ :one",
        "ExpressionAttributeValues": {":one": n(1)},
    }  # fmt: skip
    for _time in range(2):
        side("TransactWriteItems", TransactItems=[{"Update": add}], ClientRequestToken="token")
    return "added " + get(side).result["Item"]["sum_"]["N"] + " times"


@probe("A ClientRequestToken used again for another transaction")
def _(side):
    table(side)
    for key in "ab":
        item = {"TableName": "Orders", "Item": {"pk": s(key)}}
        told = side("TransactWriteItems", TransactItems=[{"Put": item}], ClientRequestToken="token")
    return told.error or told


# -- tables -----------------------------------------------------------------------------------------------


@probe("A table name of one character")
def _(side):
    return table(side, "T")


@probe("A table name with a space")
def _(side):
    return table(side, "My Orders")


@probe("A key of type BOOL")
def _(side):
    return table(side, AttributeDefinitions=types(pk="BOOL"))


@probe("An attribute definition that no key uses")
def _(side):
    return table(side, AttributeDefinitions=types(pk="S", city="S"))


@probe("A key attribute without a definition")
def _(side):
    return table(side, AttributeDefinitions=types(city="S"))


@probe("A local index in a table without a sort key")
def _(side):
    lsi = index("lsi", pk="HASH", city="RANGE")
    return table(side, AttributeDefinitions=types(pk="S", city="S"), LocalSecondaryIndexes=[lsi])


@probe("A local index with another partition key")
def _(side):
    lsi = index("lsi", city="HASH", sk="RANGE")
    return table(
        side, sort=True, AttributeDefinitions=types(pk="S", sk="S", city="S"), LocalSecondaryIndexes=[lsi]
    )


@probe("Two global indexes of one name")
def _(side):
    gsi = index("gsi", city="HASH")
    return table(side, AttributeDefinitions=types(pk="S", city="S"), GlobalSecondaryIndexes=[gsi, gsi])


@probe("Six local indexes")
def _(side):
    six = [index(f"lsi{number}", pk="HASH", city="RANGE") for number in range(6)]
    return table(
        side, sort=True, AttributeDefinitions=types(pk="S", sk="S", city="S"), LocalSecondaryIndexes=six
    )


@probe("A projection INCLUDE that names nothing")
def _(side):
    gsi = index("gsi", "INCLUDE", city="HASH")
    return table(side, AttributeDefinitions=types(pk="S", city="S"), GlobalSecondaryIndexes=[gsi])


@probe("Provisioned billing without a throughput")
def _(side):
    return table(side, BillingMode="PROVISIONED")


@probe("UpdateTable to the throughput that the table has")
def _(side):
    throughput = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
    table(side, BillingMode="PROVISIONED", ProvisionedThroughput=throughput)
    return side("UpdateTable", TableName="Orders", ProvisionedThroughput=throughput)


@probe("CreateTable of a table that exists")
def _(side):
    table(side)
    return table(side)


@probe("The order of ListTables")
def _(side):
    for name in ("Zebra", "Ant", "Mouse"):
        table(side, name)
    return ", ".join(side("ListTables").result["TableNames"])


@probe("DeleteTable of a protected table")
def _(side):
    table(side, DeletionProtectionEnabled=True)
    told = side("DeleteTable", TableName="Orders")
    side("UpdateTable", TableName="Orders", DeletionProtectionEnabled=False)
    return told


@probe("Turning TTL on twice")
def _(side):
    table(side)
    on = {"Enabled": True, "AttributeName": "expires"}
    side("UpdateTimeToLive", TableName="Orders", TimeToLiveSpecification=on)
    return side("UpdateTimeToLive", TableName="Orders", TimeToLiveSpecification=on)


@probe("Turning off a TTL that is off")
def _(side):
    table(side)
    off = {"Enabled": False, "AttributeName": "expires"}
    return side("UpdateTimeToLive", TableName="Orders", TimeToLiveSpecification=off)


@probe("Restoring a table to a point in time without recovery")
def _(side):
    table(side)
    how = {"TargetTableName": "Restored", "UseLatestRestorableTime": True}
    return side("RestoreTableToPointInTime", SourceTableName="Orders", **how)


@probe("Describing an export that does not exist")
def _(side):
    arn = "arn:aws:dynamodb:us-east-1:123456789012:table/Orders/export/01795263369771-6cd7f0a0"
    return side("DescribeExport", ExportArn=arn)


@probe("Units in the answer that raises a table's throughput from 1 to 2")
def _(side):
    one = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    table(side, BillingMode="PROVISIONED", ProvisionedThroughput=one)
    answer = side("UpdateTable", TableName="Orders", ProvisionedThroughput={**one, "ReadCapacityUnits": 2})
    return answer.result["TableDescription"]["ProvisionedThroughput"]["ReadCapacityUnits"]


@probe("Adding an index whose key is not defined in the same request")
def _(side):
    table(side, sort=True)
    by_sk = index("by_sk", sk="HASH")
    return side("UpdateTable", TableName="Orders", GlobalSecondaryIndexUpdates=[{"Create": by_sk}])


@probe("An item whose TTL is long past")
def _(side):
    table(side)
    on = {"Enabled": True, "AttributeName": "expires"}
    side("UpdateTimeToLive", TableName="Orders", TimeToLiveSpecification=on)
    put(side, expires=n(1_500_000_000))
    return "still readable" if "Item" in get(side).result else "gone"


@probe("A tag whose key begins with aws:")
def _(side):
    arn = table(side).result["TableDescription"]["TableArn"]
    return side("TagResource", ResourceArn=arn, Tags=[{"Key": "aws:x", "Value": "y"}])


# -- keys and values --------------------------------------------------------------------------------------


@probe("A key of the wrong type in PutItem")
def _(side):
    table(side)
    return side("PutItem", TableName="Orders", Item={"pk": n(1)})


@probe("An item without its key")
def _(side):
    table(side)
    return side("PutItem", TableName="Orders", Item={"city": s("Rome")})


@probe("GetItem with half of the key")
def _(side):
    table(side, sort=True)
    return get(side)


@probe("An empty string as a key")
def _(side):
    table(side)
    return side("PutItem", TableName="Orders", Item={"pk": s("")})


@probe("A partition key of 2049 bytes")
def _(side):
    table(side)
    return side("PutItem", TableName="Orders", Item={"pk": s("x" * 2049)})


@probe("An empty set")
def _(side):
    table(side)
    return put(side, tags={"SS": []})


@probe("A set that holds one member twice")
def _(side):
    table(side)
    return put(side, tags={"SS": ["a", "a"]})


@probe("A number with leading and trailing zeros, read back")
def _(side):
    table(side)
    put(side, price=n("00012.500"))
    return get(side).result["Item"]["price"]["N"]


@probe("A number of 39 digits")
def _(side):
    table(side)
    return put(side, price=n("1" * 39))


@probe("A number of 1E+126")
def _(side):
    table(side)
    return put(side, price=n("1E+126"))


@probe("A value with two types")
def _(side):
    table(side)
    return put(side, price={"N": "1", "S": "a"})


@probe("An index key of the wrong type")
def _(side):
    gsi = index("gsi", city="HASH")
    table(side, AttributeDefinitions=types(pk="S", city="S"), GlobalSecondaryIndexes=[gsi])
    return put(side, city=n(1))


# -- expressions ------------------------------------------------------------------------------------------


@probe("A filter on the sort key")
def _(side):
    table(side, sort=True)
    asked = {**ALL_OF_PK, "FilterExpression": "sk = :pk"}
    return side("Query", TableName="Orders", **asked)


@probe("A placeholder value that no expression uses")
def _(side):
    table(side)
    put(side)
    values = {":v": n(1), ":other": n(2)}
    return update(side, "SET a = :v", ExpressionAttributeValues=values)


@probe("Two actions on one path")
def _(side):
    table(side)
    return update(side, "SET a = :v REMOVE a", ExpressionAttributeValues={":v": n(1)})


@probe("An update that only removes, where no item is: read back")
def _(side):
    table(side)
    update(side, "REMOVE colour")
    return "an item" if "Item" in get(side).result else "nothing"


@probe("UPDATED_NEW of an update inside a map of two members")
def _(side):
    table(side)
    put(side, size={"M": {"width": n(1), "height": n(2)}})
    words = {"ExpressionAttributeNames": {"#s": "size"}, "ExpressionAttributeValues": {":n": n(3)}}
    told = update(side, "SET #s.width = :n", ReturnValues="UPDATED_NEW", **words)
    return ", ".join(sorted(told.result["Attributes"]["size"]["M"]))


@probe("A comparison of a string with a number")
def _(side):
    table(side)
    put(side, city=s("Rome"))
    condition = {"ConditionExpression": "city < :v", "ExpressionAttributeValues": {":v": n(1)}}
    return side("DeleteItem", TableName="Orders", Key={"pk": s("a")}, **condition)


@probe("BETWEEN with its bounds exchanged")
def _(side):
    table(side)
    put(side)
    condition = {
        "ConditionExpression": "price BETWEEN :high AND :low",
        "ExpressionAttributeValues": {":high": n(2), ":low": n(1)},
    }
    return side("DeleteItem", TableName="Orders", Key={"pk": s("a")}, **condition)


@probe("begins_with() of binary data")
def _(side):
    table(side)
    put(side, data={"B": b"abc"})
    condition = {
        "ConditionExpression": "begins_with(#d, :start)",
        "ExpressionAttributeNames": {"#d": "data"},
        "ExpressionAttributeValues": {":start": {"B": b"ab"}},
    }
    return side("DeleteItem", TableName="Orders", Key={"pk": s("a")}, **condition)


@probe("A projection of list elements")
def _(side):
    table(side)
    put(side, stops={"L": [s("JFK"), s("LGA"), s("EWR")]})
    found = get(side, ProjectionExpression="stops[0], stops[2]").result.get("Item", {})
    return " ".join(stop["S"] for stop in found.get("stops", {}).get("L", []))


@probe("A strongly consistent read of a global index")
def _(side):
    gsi = index("gsi", city="HASH")
    table(side, AttributeDefinitions=types(pk="S", city="S"), GlobalSecondaryIndexes=[gsi])
    return side("Scan", TableName="Orders", IndexName="gsi", ConsistentRead=True)


@probe("A filter on an attribute that the global index does not project")
def _(side):
    gsi = index("gsi", "KEYS_ONLY", city="HASH")
    table(side, AttributeDefinitions=types(pk="S", city="S"), GlobalSecondaryIndexes=[gsi])
    asked = {"KeyConditionExpression": "city = :c", "ExpressionAttributeValues": {":c": s("Rome")}}
    asked["FilterExpression"] = "attribute_exists(price)"
    return side("Query", TableName="Orders", IndexName="gsi", **asked)


@probe("A projection of something inside a key")
def _(side):
    table(side)
    put(side)
    return get(side, ProjectionExpression="pk.part")


@probe("A comparison of an attribute with itself")
def _(side):
    table(side)
    put(side)
    return side("DeleteItem", TableName="Orders", Key={"pk": s("a")}, ConditionExpression="price = price")


@probe("A condition with a syntax error")
def _(side):
    table(side)
    return side("DeleteItem", TableName="Orders", Key={"pk": s("a")}, ConditionExpression="price = = :p")


@probe("Values nested 33 levels deep")
def _(side):
    table(side)
    value = n(1)
    for _level in range(33):
        value = {"M": {"x": value}}
    return put(side, deep=value)


@probe("The legacy AttributeUpdates, an ADD of a string")
def _(side):
    table(side)
    changes = {"city": {"Action": "ADD", "Value": s("Rome")}}
    return side("UpdateItem", TableName="Orders", Key={"pk": s("a")}, AttributeUpdates=changes)


@probe("The legacy Expected, with neither a value nor Exists")
def _(side):
    table(side)
    return side("PutItem", TableName="Orders", Item={"pk": s("a")}, Expected={"city": {}})


@probe("ReturnValues=ALL_NEW in PutItem")
def _(side):
    table(side)
    return side("PutItem", TableName="Orders", Item={"pk": s("a")}, ReturnValues="ALL_NEW")


@probe("Two mistakes in one request")
def _(side):
    table(side)
    return side("Scan", TableName="Orders", Limit=0, Select="SOME")


# -- PartiQL ----------------------------------------------------------------------------------------------


@probe("A PartiQL INSERT over an item")
def _(side):
    table(side)
    put(side)
    return side("ExecuteStatement", Statement="INSERT INTO Orders VALUE {'pk': 'a'}")


@probe("A PartiQL condition without spaces")
def _(side):
    table(side)
    put(side)
    told = side("ExecuteStatement", Statement="SELECT * FROM Orders WHERE pk='a'")
    return told if told.error else f"{len(told.result['Items'])} item"


@probe("A PartiQL UPDATE of an item that is not there")
def _(side):
    table(side)
    return side("ExecuteStatement", Statement="UPDATE Orders SET a = 1 WHERE pk = 'nobody'")


# -- streams ----------------------------------------------------------------------------------------------


@probe("Stream records of a put that changes nothing")
def _(side):
    view = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    table(side, StreamSpecification=view)
    put(side, city=s("Rome"))
    put(side, city=s("Rome"))
    return len(_records(side))


def _records(side) -> list[dict]:
    arn = side("DescribeTable", TableName="Orders").result["Table"]["LatestStreamArn"]
    shards = side("DescribeStream", StreamArn=arn).result["StreamDescription"]["Shards"]
    start = {"StreamArn": arn, "ShardId": shards[0]["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
    cursor = side("GetShardIterator", **start).result["ShardIterator"]
    return side("GetRecords", ShardIterator=cursor).result["Records"]


# -- what only the service has ----------------------------------------------------------------------------


@probe("The status that CreateTable answers")
def _(side):
    return table(side).result["TableDescription"]["TableStatus"]


@probe("The read units that DescribeLimits tells of an account")
def _(side):
    return side("DescribeLimits").result["AccountMaxReadCapacityUnits"]


@probe("The tenth write within a second, of a table with one write unit")
def _(side):
    one = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    table(side, BillingMode="PROVISIONED", ProvisionedThroughput=one)
    return [put(side, number=n(number)) for number in range(10)][-1]


@probe("A read, eventually consistent, right after a write")
def _(side):
    table(side)
    put(side, city=s("Rome"))
    put(side, city=s("Oslo"))
    return "the new value" if get(side).result["Item"]["city"] == s("Oslo") else "an old value"


@probe("ItemCount right after a put")
def _(side):
    table(side)
    put(side)
    return side("DescribeTable", TableName="Orders").result["Table"]["ItemCount"]


# -- the command ------------------------------------------------------------------------------------------


def main(write: bool) -> None:
    import contextlib

    from tests.oracle import local, sides

    kept = {row["behaviour"]: row for row in rows()}
    with contextlib.ExitStack() as stack:
        parties = {"moto": sides.Moto(), "lab": sides.Lab()}
        if local.missing() is None:
            connection = local.Local(stack.enter_context(local.running()))
            parties["dynamodb_local"] = sides.Local(connection)
        for behaviour in PROBES:
            row = kept.setdefault(behaviour, dict.fromkeys(COLUMNS, "") | {"behaviour": behaviour})
            for column, side in parties.items():
                told = cell(behaviour, side)
                if told != row[column]:
                    print(f"{behaviour} | {column}\n    ledger: {row[column]}\n    now:    {told}")
                    row[column] = told
    if write:
        with PATH.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(kept[behaviour] for behaviour in PROBES)


if __name__ == "__main__":
    main("--write" in sys.argv[1:])
