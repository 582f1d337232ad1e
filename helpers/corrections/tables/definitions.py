"""Which tables and indexes can be: what CreateTable refuses beyond the service model's constraints, in its order.

UpdateTable asks the same of a new index, ImportTable of a new table.
Sources: API CreateTable; Developer Guide "Constraints", "Service quotas"; messages as the service gives them.
"""

from ..errors import Refused, invalid_if, refuse_if
from ..requests import shapes

LOCAL_INDEXES, GLOBAL_INDEXES, PROJECTED, KEY_PARTS = 5, 20, 100, 4
MOST_UNITS = 1_000_000_000_000
TOO_MANY_INDEXES = f"GlobalSecondaryIndex count exceeds the per-table limit of {GLOBAL_INDEXES}"


def check_table(request: dict) -> None:
    key_schema, mode = request["KeySchema"], request.get("BillingMode", "PROVISIONED")
    local, everywhere = request.get("LocalSecondaryIndexes"), request.get("GlobalSecondaryIndexes")
    defined = [one["AttributeName"] for one in request["AttributeDefinitions"]]
    check_length(key_schema, "keySchema")
    for at, index in enumerate(local or (), 1):
        check_length(index["KeySchema"], f"localSecondaryIndexes.{at}.member.keySchema")
    check_billing(mode, request.get("ProvisionedThroughput"))
    refuse_if(
        len(key_schema) > len(defined), "Invalid KeySchema: Some index key attribute have no definition"
    )
    check_keys(request, defined)
    invalid_if(
        local is None and everywhere is None and len(defined) != len(key_schema),
        "Number of attributes in KeySchema does not exactly match number of attributes defined in "
        "AttributeDefinitions",
    )
    if local is not None:
        check_local_indexes(local, key_schema, defined)
    if everywhere is not None:
        invalid_if(not everywhere, "List of GlobalSecondaryIndexes is empty")
        taken = [index["IndexName"] for index in local or ()]
        check_global_indexes(everywhere, taken, defined, mode)
        invalid_if(len(everywhere) > GLOBAL_INDEXES, TOO_MANY_INDEXES)
    indexes = [*(local or ()), *(everywhere or ())]
    check_projected(indexes)
    check_all_used(defined, [request, *indexes])
    check_stream(request.get("StreamSpecification"))


def names_of(one: dict) -> list:
    return [key["AttributeName"] for key in one["KeySchema"]]


def check_length(key_schema: list, where: str) -> None:
    """Of tables and local indexes. The model allows more, for the sake of global ones."""
    if len(key_schema) > 2:
        text = shapes.java_text(key_schema, shapes.input_shape("CreateTable").members["KeySchema"])
        violation = shapes.violation(f"'{text}'", where, "Member must have length less than or equal to 2")
        raise Refused(f"1 validation error detected: {violation}")


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
    given, name = "ProvisionedThroughput" in index, index["IndexName"]
    invalid_if(
        given and mode == "PAY_PER_REQUEST",
        f"ProvisionedThroughput should not be specified for index: {name} when BillingMode is {mode}",
    )
    invalid_if(
        not given and mode == "PROVISIONED", f"ProvisionedThroughput is not specified for index: {name}"
    )


def check_keys(owner: dict, defined: list, parts: int = 1) -> None:
    """The key schema of a table or an index. parts: how many attributes each half of the key may have."""
    names, kinds = names_of(owner), [key["KeyType"] for key in owner["KeySchema"]]
    invalid_if(
        set(names) - set(defined),
        "Some index key attributes are not defined in AttributeDefinitions. "
        f"Keys: [{', '.join(names)}], AttributeDefinitions: [{', '.join(defined)}]",
    )
    refuse_if(
        len(set(names)) < len(names),
        "Both the Hash Key and the Range Key element in the KeySchema have the same name",
    )
    refuse_if(kinds[0] != "HASH", "Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
    refuse_if(
        parts == 1 and kinds[1:] not in ([], ["RANGE"]),
        "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type",
    )
    refuse_if(
        kinds != sorted(kinds) or max(map(kinds.count, kinds)) > parts,
        "Invalid KeySchema: HASH key elements come before RANGE key elements, at most 4 of each",
    )


def check_local_indexes(indexes: list, key_schema: list, defined: list) -> None:
    partition = key_schema[0]["AttributeName"]
    invalid_if(not indexes, "List of LocalSecondaryIndexes is empty")
    invalid_if(
        len(key_schema) < 2,
        "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex",
    )
    for at, index in enumerate(indexes):
        names, what = names_of(index), index["IndexName"]
        check_keys(index, defined)
        invalid_if(len(names) < 2, f"Index KeySchema does not have a range key for index: {what}")
        invalid_if(
            names[0] != partition,
            "Index KeySchema does not have the same leading hash key as table KeySchema for index: "
            f"{what}. index hash key: {names[0]}, table hash key: {partition}",
        )
        check_projection(index)
        check_name(index, [one["IndexName"] for one in indexes[:at]])
    invalid_if(
        len(indexes) > LOCAL_INDEXES,
        f"Number of LocalSecondaryIndexes exceeds per-table limit of {LOCAL_INDEXES}",
    )


def check_global_indexes(indexes: list, taken: list, defined: list, mode: str) -> None:
    """taken: names of other indexes."""
    for at, index in enumerate(indexes):
        check_keys(index, defined, KEY_PARTS)
        check_projection(index)
        check_index_billing(index, mode)
        check_name(index, [*taken, *(one["IndexName"] for one in indexes[:at])])


def check_projection(index: dict) -> None:
    kind, extra = (index["Projection"].get(name) for name in ("ProjectionType", "NonKeyAttributes"))
    invalid_if(kind is None, "Unknown ProjectionType: null")
    given = "" if extra else " not"
    invalid_if(
        (kind == "INCLUDE") != bool(extra),
        f"ProjectionType is {kind}, but NonKeyAttributes is{given} specified",
    )


def check_name(index: dict, taken: list) -> None:
    name = index["IndexName"]
    invalid_if(name in taken, f"Duplicate index name: {name}")


def check_projected(indexes: list) -> None:
    invalid_if(
        sum(len(index["Projection"].get("NonKeyAttributes", ())) for index in indexes) > PROJECTED,
        f"Number of projected attributes across all secondary indexes exceeds the limit of {PROJECTED}",
    )


def check_all_used(defined: list, schemas: list) -> None:
    used = list(dict.fromkeys(name for one in schemas for name in names_of(one)))
    invalid_if(
        set(defined) - set(used) or len(set(defined)) < len(defined),
        f"Some AttributeDefinitions are not used. AttributeDefinitions: [{', '.join(defined)}], "
        f"keys used: [{', '.join(used)}]",
    )


def check_stream(stream: dict | None) -> None:
    enabled, view = (stream or {}).get("StreamEnabled"), (stream or {}).get("StreamViewType")
    invalid_if(enabled and not view, "StreamViewType must be specified when StreamEnabled is true")
    invalid_if(view and not enabled, "StreamViewType can only be specified when StreamEnabled is true")
