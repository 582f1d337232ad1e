"""Which tables and indexes can be: what CreateTable refuses beyond the service model's constraints, in its order.

UpdateTable asks the same of a new index.
Sources: API CreateTable; Developer Guide "Constraints", "Service quotas"; messages as the service gives them.
"""

from ..errors import invalid_if, refuse_if
from ..requests import shapes

PROJECTED, MOST_UNITS = 100, 1_000_000_000_000
MOST = {"Local": 5, "Global": 20}
TOO_MANY = {
    "Local": "Number of LocalSecondaryIndexes exceeds per-table limit of 5",
    "Global": "GlobalSecondaryIndex count exceeds the per-table limit of 20",
}


def check_table(request: dict) -> None:
    key_schema, mode = request["KeySchema"], request.get("BillingMode", "PROVISIONED")
    defined = [one["AttributeName"] for one in request["AttributeDefinitions"]]
    check_length(key_schema, "keySchema")
    for at, index in enumerate(request.get("LocalSecondaryIndexes", ()), 1):
        check_length(index["KeySchema"], f"localSecondaryIndexes.{at}.member.keySchema")
    check_billing(mode, request.get("ProvisionedThroughput"))
    too_few = "Invalid KeySchema: Some index key attribute have no definition"
    refuse_if(len(defined) < len(key_schema), too_few)
    check_keys(request, defined)
    has_indexes = {"LocalSecondaryIndexes", "GlobalSecondaryIndexes"} & set(request)
    invalid_if(
        not has_indexes and len(defined) != len(key_schema),
        "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions",
    )
    indexes: list = []
    for kind in ("Local", "Global"):
        made = request.get(f"{kind}SecondaryIndexes")
        invalid_if(made == [], f"List of {kind}SecondaryIndexes is empty")
        for index in made or ():
            if kind == "Local":
                check_local_index(index, defined, key_schema)
            else:
                check_global_index(index, defined, mode)
            indexes.append(index)
            check_distinct([one["IndexName"] for one in indexes], "Duplicate index name")
        invalid_if(len(made or ()) > MOST[kind], TOO_MANY[kind])
    invalid_if(
        sum(len(index["Projection"].get("NonKeyAttributes", ())) for index in indexes) > PROJECTED,
        f"Number of projected attributes across all secondary indexes exceeds the limit of {PROJECTED}",
    )
    used = list(dict.fromkeys(name for one in (request, *indexes) for name in names_of(one)))
    invalid_if(
        set(defined) - set(used),
        f"Some AttributeDefinitions are not used. AttributeDefinitions: [{', '.join(defined)}], "
        f"keys used: [{', '.join(used)}]",
    )
    check_stream(request.get("StreamSpecification", {}))


def check_distinct(names: list, words: str) -> None:
    twice = next((name for name in names if names.count(name) > 1), None)
    invalid_if(twice, f"{words}: {twice}")


def names_of(one: dict) -> list:
    return [key["AttributeName"] for key in one["KeySchema"]]


def check_length(key_schema: list, where: str) -> None:
    """Of tables and local indexes. The model allows more, for the sake of global ones."""
    text = shapes.java_text(key_schema, shapes.input_shape("CreateTable").members["KeySchema"])
    violation = shapes.violation(f"'{text}'", where, "Member must have length less than or equal to 2")
    refuse_if(len(key_schema) > 2, f"1 validation error detected: {violation}")


def check_billing(mode: str, throughput: dict | None) -> None:
    both = "ReadCapacityUnits {} WriteCapacityUnits {} specified when BillingMode is " + mode
    on_demand = mode == "PAY_PER_REQUEST"
    invalid_if(on_demand and throughput, f"Neither {both.format('nor', 'can be')}")
    invalid_if(not on_demand and not throughput, both.format("and", "must both be"))
    check_bounds(throughput)


def check_bounds(throughput: dict | None) -> None:
    for name in ("ReadCapacityUnits", "WriteCapacityUnits"):
        units = (throughput or {}).get(name, 0)
        refuse_if(units > MOST_UNITS, f"Given value {units} for {name} is out of bounds")


def check_index_billing(index: dict, mode: str) -> None:
    given, name = "ProvisionedThroughput" in index, f"for index: {index['IndexName']}"
    on_demand = mode == "PAY_PER_REQUEST"
    invalid_if(
        on_demand and given,
        f"ProvisionedThroughput should not be specified {name} when BillingMode is {mode}",
    )
    invalid_if(not on_demand and not given, f"ProvisionedThroughput is not specified {name}")


def check_keys(owner: dict, defined: list, parts: int = 1) -> None:
    """The key schema of a table or an index. parts: how many attributes each half of the key may have."""
    names, kinds = names_of(owner), [key["KeyType"] for key in owner["KeySchema"]]
    check_distinct(defined, "Duplicate attribute name in AttributeDefinitions")
    invalid_if(
        set(names) - set(defined),
        "Some index key attributes are not defined in AttributeDefinitions. "
        f"Keys: [{', '.join(names)}], AttributeDefinitions: [{', '.join(defined)}]",
    )
    same = "Both the Hash Key and the Range Key element in the KeySchema have the same name"
    refuse_if(len(set(names)) < len(names), same)
    refuse_if(kinds[0] != "HASH", "Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
    before = "Invalid KeySchema: All HASH key elements must precede all RANGE key elements"
    refuse_if(kinds != sorted(kinds), before)
    crowded = next((kind for kind in kinds if kinds.count(kind) > parts), None)
    too_many = f"The number of {crowded} key elements exceeds the limit of {parts}"
    second = "The second KeySchemaElement is not a RANGE key type"
    refuse_if(crowded, f"Invalid KeySchema: {too_many if parts > 1 else second}")


def check_local_index(index: dict, defined: list, key_schema: list) -> None:
    names, what, partition = names_of(index), index["IndexName"], key_schema[0]["AttributeName"]
    invalid_if(
        len(key_schema) < 2,
        "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex",
    )
    check_keys(index, defined)
    invalid_if(len(names) < 2, f"Index KeySchema does not have a range key for index: {what}")
    invalid_if(
        names[0] != partition,
        f"Index KeySchema does not have the same leading hash key as table KeySchema for index: {what}. "
        f"index hash key: {names[0]}, table hash key: {partition}",
    )
    check_projection(index)


def check_global_index(index: dict, defined: list, mode: str) -> None:
    check_keys(index, defined, parts=4)
    check_projection(index)
    check_index_billing(index, mode)


def check_projection(index: dict) -> None:
    kind, extra = (index["Projection"].get(name) for name in ("ProjectionType", "NonKeyAttributes"))
    invalid_if(kind is None, "Unknown ProjectionType: null")
    given = "" if extra else " not"
    wrong = (kind == "INCLUDE") != bool(extra)
    invalid_if(wrong, f"ProjectionType is {kind}, but NonKeyAttributes is{given} specified")
    check_distinct(extra or [], "Duplicate attribute name in NonKeyAttributes")


def check_stream(stream: dict) -> None:
    enabled, view = stream.get("StreamEnabled"), stream.get("StreamViewType")
    invalid_if(enabled and not view, "StreamViewType must be specified when StreamEnabled is true")
    invalid_if(view and not enabled, "StreamViewType can only be specified when StreamEnabled is true")
