"""Which tables and indexes can be: what CreateTable and UpdateTable refuse beyond the service model's constraints.

Sources: API CreateTable, UpdateTable; Developer Guide "Constraints", "Service quotas"; messages as the service gives them.
"""

from .. import keys
from ..errors import INVALID, Refused, refuse_if
from ..requests import shapes

LOCAL_INDEXES, GLOBAL_INDEXES, PROJECTED, KEY_PARTS = 5, 20, 100, 4
MOST_UNITS = 1_000_000_000_000
NOTHING = (
    "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates "
    "or SSESpecification or ReplicaUpdates is required"
)
TOO_MANY_INDEXES = f"GlobalSecondaryIndex count exceeds the per-table limit of {GLOBAL_INDEXES}"


def check_create(request: dict) -> None:
    key_schema, mode = request["KeySchema"], request.get("BillingMode", "PROVISIONED")
    local, everywhere = request.get("LocalSecondaryIndexes"), request.get("GlobalSecondaryIndexes")
    defined = [one["AttributeName"] for one in request["AttributeDefinitions"]]
    if len(key_schema) > 2:
        shape = shapes.input_shape("CreateTable").members["KeySchema"]
        rule = "Member must have length less than or equal to 2"
        violation = shapes.violation(f"'{shapes.java_text(key_schema, shape)}'", "keySchema", rule)
        raise Refused(f"1 validation error detected: {violation}")
    check_billing(mode, request.get("ProvisionedThroughput"))
    check_key_schema(key_schema, defined)
    refuse_if(
        local is None and everywhere is None and len(defined) != len(key_schema),
        f"{INVALID}Number of attributes in KeySchema does not exactly match number of attributes defined in "
        "AttributeDefinitions",
    )
    refuse_if(local == [], f"{INVALID}List of LocalSecondaryIndexes is empty")
    refuse_if(everywhere == [], f"{INVALID}List of GlobalSecondaryIndexes is empty")
    indexes = [*(local or ()), *(everywhere or ())]
    check_indexes(indexes, defined)
    check_local(local or [], key_schema)
    refuse_if(len(everywhere or ()) > GLOBAL_INDEXES, INVALID + TOO_MANY_INDEXES)
    for index in everywhere or ():
        check_index_billing(index, mode)
    check_all_used(defined, [request, *indexes])
    check_stream(request.get("StreamSpecification"))


def names_of(one: dict) -> list:
    return [key["AttributeName"] for key in one["KeySchema"]]


def check_billing(mode: str, throughput: dict | None) -> None:
    both = "ReadCapacityUnits {} WriteCapacityUnits {} specified when BillingMode is " + mode
    on_demand, units = mode == "PAY_PER_REQUEST", throughput or {}
    refuse_if(on_demand and units, f"{INVALID}Neither {both.format('nor', 'can be')}")
    refuse_if(not on_demand and not units, INVALID + both.format("and", "must both be"))
    for name, number in units.items():
        refuse_if(number > MOST_UNITS, f"Given value {number} for {name} is out of bounds")


def check_index_billing(index: dict, mode: str) -> None:
    given, name = "ProvisionedThroughput" in index, index["IndexName"]
    refuse_if(
        given and mode == "PAY_PER_REQUEST",
        f"{INVALID}ProvisionedThroughput should not be specified for index: {name} when BillingMode is {mode}",
    )
    refuse_if(
        not given and mode == "PROVISIONED",
        f"{INVALID}ProvisionedThroughput is not specified for index: {name}",
    )


def check_key_schema(key_schema: list, defined: list) -> None:
    names, kinds = names_of({"KeySchema": key_schema}), [key["KeyType"] for key in key_schema]
    check_first(kinds)
    refuse_if(
        len(names) > len(defined) or (len(names) > 1 and set(names) - set(defined)),
        "Invalid KeySchema: Some index key attribute have no definition",
    )
    check_defined(names, defined)
    refuse_if(
        kinds[1:] not in ([], ["RANGE"]),
        "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type",
    )


def check_first(kinds: list) -> None:
    refuse_if(kinds[0] != "HASH", "Invalid KeySchema: The first KeySchemaElement is not a HASH key type")


def check_defined(names: list, defined: list) -> None:
    refuse_if(
        set(names) - set(defined),
        f"{INVALID}Some index key attributes are not defined in AttributeDefinitions. "
        f"Keys: [{', '.join(names)}], AttributeDefinitions: [{', '.join(defined)}]",
    )
    refuse_if(
        len(set(names)) < len(names),
        "Both the Hash Key and the Range Key element in the KeySchema have the same name",
    )


def check_indexes(indexes: list, defined: list) -> None:
    """What holds for local and global indexes alike: keys, projections, names."""
    names = [index["IndexName"] for index in indexes]
    for index in indexes:
        kinds = [key["KeyType"] for key in index["KeySchema"]]
        check_defined(names_of(index), defined)
        check_first(kinds)
        # A global index may have several attributes in either part of its key, partition before sort.
        refuse_if(
            kinds != sorted(kinds) or max(map(kinds.count, kinds)) > KEY_PARTS,
            "Invalid KeySchema: HASH key elements come before RANGE key elements, at most 4 of each",
        )
        kind, extra = (index["Projection"].get(name) for name in ("ProjectionType", "NonKeyAttributes"))
        refuse_if(kind is None, f"{INVALID}Unknown ProjectionType: null")
        given = "" if extra else " not"
        refuse_if(
            (kind == "INCLUDE") != bool(extra),
            f"{INVALID}ProjectionType is {kind}, but NonKeyAttributes is{given} specified",
        )
    twice = next((name for at, name in enumerate(names) if name in names[:at]), None)
    refuse_if(twice, f"{INVALID}Duplicate index name: {twice}")
    refuse_if(
        sum(len(index["Projection"].get("NonKeyAttributes", ())) for index in indexes) > PROJECTED,
        f"{INVALID}Number of projected attributes across all secondary indexes exceeds the limit of {PROJECTED}",
    )


def check_local(indexes: list, key_schema: list) -> None:
    partition = key_schema[0]["AttributeName"]
    refuse_if(
        indexes and len(key_schema) < 2,
        f"{INVALID}Table KeySchema does not have a range key, which is required when specifying a "
        "LocalSecondaryIndex",
    )
    refuse_if(
        len(indexes) > LOCAL_INDEXES,
        f"{INVALID}Number of LocalSecondaryIndexes exceeds per-table limit of {LOCAL_INDEXES}",
    )
    for index in indexes:
        names, what = names_of(index), index["IndexName"]
        refuse_if(len(names) < 2, f"{INVALID}Index KeySchema does not have a range key for index: {what}")
        refuse_if(
            names[0] != partition,
            f"{INVALID}Index KeySchema does not have the same leading hash key as table KeySchema for index: "
            f"{what}. index hash key: {names[0]}, table hash key: {partition}",
        )


def check_all_used(defined: list, schemas: list) -> None:
    used = list(dict.fromkeys(name for one in schemas for name in names_of(one)))
    refuse_if(
        set(defined) - set(used) or len(set(defined)) < len(defined),
        f"{INVALID}Some AttributeDefinitions are not used. AttributeDefinitions: [{', '.join(defined)}], "
        f"keys used: [{', '.join(used)}]",
    )


def check_stream(stream: dict | None) -> None:
    enabled, view = (stream or {}).get("StreamEnabled"), (stream or {}).get("StreamViewType")
    refuse_if(enabled and not view, f"{INVALID}StreamViewType must be specified when StreamEnabled is true")
    refuse_if(
        view and not enabled, f"{INVALID}StreamViewType can only be specified when StreamEnabled is true"
    )


# UpdateTable


def check_update(request: dict, table) -> None:
    """table: moto's, None where there is none."""
    given = {name for name, value in request.items() if value != []} - {"TableName", "AttributeDefinitions"}
    refuse_if(not given, NOTHING)
    updates = [
        next(iter(one.items()), None) if len(one) == 1 else None
        for one in request.get("GlobalSecondaryIndexUpdates", [])
    ]
    check_updates(updates)
    if table is None:
        return
    throughput, current = request.get("ProvisionedThroughput"), table.billing_mode
    mode = request.get("BillingMode", current)
    refuse_if(
        request.get("BillingMode") == "PROVISIONED" and not throughput,
        f"{INVALID}ProvisionedThroughput must be specified when BillingMode is PROVISIONED",
    )
    if throughput:
        check_billing(mode, throughput)
        if mode == current:
            check_change("table", table.throughput, throughput)
    check_updates_against(updates, request, table, mode)
    stream = request.get("StreamSpecification")
    check_stream(stream)
    if stream:
        enabled = bool(table.stream_specification and table.stream_specification.get("StreamEnabled"))
        state = "already has an enabled stream" if enabled else "has no stream to disable"
        refuse_if(stream["StreamEnabled"] == enabled, f"Table {state}: TableName: {table.name}")


def check_change(what: str, current: dict, requested: dict) -> None:
    """A throughput that stays as it is, is refused. what: "table" or "index NAME"."""
    units = " ".join(
        f"Current {name} provisioned for the {what.partition(' ')[0]}: {current[name]}. "
        f"Requested {name}: {requested[name]}."
        for name in ("ReadCapacityUnits", "WriteCapacityUnits")
    )
    refuse_if(
        all(current[name] == requested[name] for name in requested),
        f"The provisioned throughput for the {what} will not change. The requested value equals the current "
        f"value. {units} Refer to the Amazon DynamoDB Developer Guide for current limits and how to request "
        "higher limits.",
    )


def check_updates(updates: list) -> None:
    """updates: [(action, its parameters), ...], None where an update has not exactly one action."""
    refuse_if(
        None in updates,
        f"{INVALID}One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
        "GlobalSecondaryIndexUpdate.Delete must not be null",
    )
    names = [one["IndexName"] for _, one in updates]
    for at, name in enumerate(names):
        refuse_if(
            name in names[:at],
            f"{INVALID}Only one global secondary index update per index is allowed simultaneously. Index: {name}",
        )


def check_updates_against(updates: list, request: dict, table, mode: str) -> None:
    refuse_if(
        sum(action != "Update" for action, _ in updates) > 1,
        "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
        "LimitExceededException",
    )
    for action, one in updates:
        index = keys.index_of(table, one["IndexName"])
        if action == "Create":
            check_new_index(one, request, table, mode)
            continue
        refuse_if(
            index not in table.global_indexes, "Requested resource not found", "ResourceNotFoundException"
        )
        if "ProvisionedThroughput" in one:
            check_billing(mode, one["ProvisionedThroughput"])
            check_change(f"index {index.name}", index.throughput, one["ProvisionedThroughput"])


def check_new_index(index: dict, request: dict, table, mode: str) -> None:
    refuse_if(keys.index_of(table, index["IndexName"]), "Attempting to create an index which already exists")
    refuse_if(len(table.global_indexes) >= GLOBAL_INDEXES, TOO_MANY_INDEXES, "LimitExceededException")
    given = [one["AttributeName"] for one in request.get("AttributeDefinitions", [])]
    check_indexes([index], list(dict.fromkeys([*given, *(one["AttributeName"] for one in table.attr)])))
    check_index_billing(index, mode)
    schemas = [{"KeySchema": one.schema} for one in (table, *keys.indexes_of(table))]
    check_all_used(given, [*schemas, index])
