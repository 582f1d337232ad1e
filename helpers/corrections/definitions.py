"""Which tables and indexes can be: what CreateTable and UpdateTable refuse beyond the service model's constraints.

Sources: API CreateTable, UpdateTable; Developer Guide "Constraints", "Service quotas"; messages as the service gives them.
"""

from . import keys, shapes
from .errors import Refused
from .keys import invalid

LOCAL_INDEXES, GLOBAL_INDEXES, PROJECTED, KEY_PARTS = 5, 20, 100, 4
MOST_UNITS = 1_000_000_000_000
NOTHING = (
    "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates "
    "or SSESpecification or ReplicaUpdates is required"
)


def check_create(request: dict) -> None:
    if len(request["KeySchema"]) > 2:
        shape = shapes.input_shape("CreateTable").members["KeySchema"]
        where = shapes.violation(
            f"'{shapes.java_text(request['KeySchema'], shape)}'",
            "keySchema",
            "Member must have length less than or equal to 2",
        )
        raise Refused(f"1 validation error detected: {where}")
    check_billing(request.get("BillingMode", "PROVISIONED"), request.get("ProvisionedThroughput"))
    local, everywhere = (request.get(f"{kind}SecondaryIndexes") for kind in ("Local", "Global"))
    defined = [one["AttributeName"] for one in request["AttributeDefinitions"]]
    check_key_schema(request["KeySchema"], defined)
    names = key_names(request["KeySchema"])
    if local is None and everywhere is None and len(defined) != len(names):
        raise invalid(
            "Number of attributes in KeySchema does not exactly match number of attributes defined in "
            "AttributeDefinitions"
        )
    for kind, indexes in (("Local", local), ("Global", everywhere)):
        if indexes == []:
            raise invalid(f"List of {kind}SecondaryIndexes is empty")
    indexes = [*(local or ()), *(everywhere or ())]
    check_indexes(indexes, defined)
    check_local(local or [], request["KeySchema"])
    if len(everywhere or ()) > GLOBAL_INDEXES:
        raise invalid(f"GlobalSecondaryIndex count exceeds the per-table limit of {GLOBAL_INDEXES}")
    for index in everywhere or ():
        check_index_billing(index, request.get("BillingMode", "PROVISIONED"))
    check_all_used(defined, [request, *indexes])
    check_stream(request.get("StreamSpecification"))


def key_names(key_schema: list) -> list:
    return [key["AttributeName"] for key in key_schema]


def check_billing(mode: str, throughput: dict | None) -> None:
    if mode == "PAY_PER_REQUEST" and throughput:
        raise invalid(
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
        )
    if mode == "PROVISIONED" and not throughput:
        raise invalid(
            "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"
        )
    for name, units in (throughput or {}).items():
        if units > MOST_UNITS:
            raise Refused(f"Given value {units} for {name} is out of bounds")


def check_index_billing(index: dict, mode: str) -> None:
    if mode == "PAY_PER_REQUEST" and "ProvisionedThroughput" in index:
        raise invalid(
            f"ProvisionedThroughput should not be specified for index: {index['IndexName']} "
            "when BillingMode is PAY_PER_REQUEST"
        )
    if mode == "PROVISIONED" and "ProvisionedThroughput" not in index:
        raise invalid(f"ProvisionedThroughput is not specified for index: {index['IndexName']}")


def check_key_schema(key_schema: list, defined: list) -> None:
    names = key_names(key_schema)
    if key_schema[0]["KeyType"] != "HASH":
        raise Refused("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
    if len(names) > len(defined) or (len(names) > 1 and not set(names) <= set(defined)):
        raise Refused("Invalid KeySchema: Some index key attribute have no definition")
    if names[0] not in defined:
        raise undefined(names, defined)
    check_distinct(names)
    if len(names) > 1 and key_schema[1]["KeyType"] != "RANGE":
        raise Refused("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")


def check_distinct(names: list) -> None:
    if len(set(names)) < len(names):
        raise Refused("Both the Hash Key and the Range Key element in the KeySchema have the same name")


def undefined(names: list, defined: list) -> Refused:
    return invalid(
        "Some index key attributes are not defined in AttributeDefinitions. "
        f"Keys: [{', '.join(names)}], AttributeDefinitions: [{', '.join(defined)}]"
    )


def check_indexes(indexes: list, defined: list) -> None:
    """What holds for local and global indexes alike: keys, projections, names."""
    for index in indexes:
        names = key_names(index["KeySchema"])
        if not set(names) <= set(defined):
            raise undefined(names, defined)
        if index["KeySchema"][0]["KeyType"] != "HASH":
            raise Refused("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
        check_distinct(names)
        # A global index may have several attributes in either part of its key, partition before sort.
        kinds = [key["KeyType"] for key in index["KeySchema"]]
        if kinds != sorted(kinds) or max(map(kinds.count, kinds)) > KEY_PARTS:
            raise Refused(
                "Invalid KeySchema: HASH key elements come before RANGE key elements, at most 4 of each"
            )
        kind, extra = (index["Projection"].get(name) for name in ("ProjectionType", "NonKeyAttributes"))
        if kind is None:
            raise invalid("Unknown ProjectionType: null")
        if kind != "INCLUDE" and extra is not None:
            raise invalid(f"ProjectionType is {kind}, but NonKeyAttributes is specified")
        if kind == "INCLUDE" and extra is None:
            raise invalid("ProjectionType is INCLUDE, but NonKeyAttributes is not specified")
    names = [index["IndexName"] for index in indexes]
    for at, name in enumerate(names):
        if name in names[:at]:
            raise invalid(f"Duplicate index name: {name}")
    projected = sum(len(index["Projection"].get("NonKeyAttributes", ())) for index in indexes)
    if projected > PROJECTED:
        raise invalid(
            f"Number of projected attributes across all secondary indexes exceeds the limit of {PROJECTED}"
        )


def check_local(indexes: list, key_schema: list) -> None:
    partition = key_schema[0]["AttributeName"]
    if indexes and len(key_schema) < 2:
        raise invalid(
            "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex"
        )
    if len(indexes) > LOCAL_INDEXES:
        raise invalid(f"Number of LocalSecondaryIndexes exceeds per-table limit of {LOCAL_INDEXES}")
    for index in indexes:
        names = key_names(index["KeySchema"])
        if len(names) < 2:
            raise invalid(f"Index KeySchema does not have a range key for index: {index['IndexName']}")
        if names[0] != partition:
            raise invalid(
                "Index KeySchema does not have the same leading hash key as table KeySchema for index: "
                f"{index['IndexName']}. index hash key: {names[0]}, table hash key: {partition}"
            )


def check_all_used(defined: list, schemas: list) -> None:
    used = list(dict.fromkeys(name for one in schemas for name in key_names(one["KeySchema"])))
    if set(defined) - set(used) or len(set(defined)) < len(defined):
        raise invalid(
            f"Some AttributeDefinitions are not used. AttributeDefinitions: [{', '.join(defined)}], "
            f"keys used: [{', '.join(used)}]"
        )


def check_stream(stream: dict | None) -> None:
    if stream and stream["StreamEnabled"] and not stream.get("StreamViewType"):
        raise invalid("StreamViewType must be specified when StreamEnabled is true")
    if stream and not stream["StreamEnabled"] and stream.get("StreamViewType"):
        raise invalid("StreamViewType can only be specified when StreamEnabled is true")


# UpdateTable


def check_update(request: dict, table) -> None:
    """table: moto's."""
    if not any(
        value not in (None, [])
        for name, value in request.items()
        if name not in ("TableName", "AttributeDefinitions")
    ):
        raise Refused(NOTHING)
    throughput, mode = request.get("ProvisionedThroughput"), request.get("BillingMode")
    updates = request.get("GlobalSecondaryIndexUpdates", [])
    check_index_updates(updates)
    if table is None:
        return
    if mode == "PROVISIONED" and not throughput and table.billing_mode != "PROVISIONED":
        raise invalid("ProvisionedThroughput must be specified when BillingMode is PROVISIONED")
    if throughput:
        check_billing(mode or table.billing_mode, throughput)
        if (mode or table.billing_mode) == table.billing_mode:
            check_change("table", table.throughput, throughput)
    check_updates_against(request, table, mode or table.billing_mode)
    check_stream_change(request.get("StreamSpecification"), table)


def check_change(what: str, current: dict, requested: dict) -> None:
    """A throughput that stays as it is, is refused. what: "table" or "index NAME"."""
    if any(current[name] != requested[name] for name in requested):
        return
    kind = what.partition(" ")[0]
    units = " ".join(
        f"Current {name} provisioned for the {kind}: {current[name]}. Requested {name}: {requested[name]}."
        for name in ("ReadCapacityUnits", "WriteCapacityUnits")
    )
    raise Refused(
        f"The provisioned throughput for the {what} will not change. The requested value equals the current "
        f"value. {units} Refer to the Amazon DynamoDB Developer Guide for current limits and how to request "
        "higher limits."
    )


def check_index_updates(updates: list) -> None:
    seen = []
    for update in updates:
        if len(update) != 1:
            raise invalid(
                "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
                "GlobalSecondaryIndexUpdate.Delete must not be null"
            )
        ((_, one),) = update.items()
        if one["IndexName"] in seen:
            raise invalid(
                "Only one global secondary index update per index is allowed simultaneously. "
                f"Index: {one['IndexName']}"
            )
        seen.append(one["IndexName"])


def check_updates_against(request: dict, table, mode: str) -> None:
    updates = request.get("GlobalSecondaryIndexUpdates", [])
    if sum("Update" not in update for update in updates) > 1:
        raise Refused(
            "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
            "LimitExceededException",
        )
    current = {index.name: index for index in table.global_indexes}
    for update in updates:
        ((action, one),) = update.items()
        index = current.get(one["IndexName"])
        if action == "Create":
            check_new_index(one, request, table, mode)
        elif index is None:
            raise Refused("Requested resource not found", "ResourceNotFoundException")
        elif action == "Update" and "ProvisionedThroughput" in one:
            check_billing(mode, one["ProvisionedThroughput"])
            check_change(f"index {index.name}", index.throughput, one["ProvisionedThroughput"])


def check_new_index(index: dict, request: dict, table, mode: str) -> None:
    if keys.index_of(table, index["IndexName"]):
        raise Refused("Attempting to create an index which already exists")
    if len(table.global_indexes) >= GLOBAL_INDEXES:
        raise Refused(
            f"GlobalSecondaryIndex count exceeds the per-table limit of {GLOBAL_INDEXES}",
            "LimitExceededException",
        )
    given = [one["AttributeName"] for one in request.get("AttributeDefinitions", [])]
    check_indexes([index], list(dict.fromkeys([*given, *(one["AttributeName"] for one in table.attr)])))
    check_index_billing(index, mode)
    schemas = [{"KeySchema": one.schema} for one in (table, *keys.indexes_of(table))]
    check_all_used(given, [*schemas, index])


def check_stream_change(stream: dict | None, table) -> None:
    check_stream(stream)
    enabled = bool(table.stream_specification and table.stream_specification.get("StreamEnabled"))
    if stream and stream["StreamEnabled"] and enabled:
        raise Refused(f"Table already has an enabled stream: TableName: {table.name}")
    if stream and not stream["StreamEnabled"] and not enabled:
        raise Refused(f"Table has no stream to disable: TableName: {table.name}")
