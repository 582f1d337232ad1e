"""UpdateTable: what it refuses, and what it does.

Sources: API UpdateTable, UpdateGlobalSecondaryIndexAction; messages as the service gives them.
"""

from .. import keys, streams
from ..errors import invalid_if, refuse_if
from . import definitions
from .descriptions import UNITS, describe, existing, now
from .lifetimes import keep, keep_units

NOTHING = (
    "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates "
    "or SSESpecification or ReplicaUpdates is required"
)
NOT_OFFERED = ("ReplicaUpdates", "GlobalTableWitnessUpdates", "MultiRegionConsistency", "VectorIndexUpdates")


def update_table(request: dict, forward, backend) -> dict:
    updates = asked_of_indexes(request)
    check_alone(request, updates)
    table = existing(request, backend)
    check_against(request, updates, table)
    before = describe(table)
    if stream := request.get("StreamSpecification"):
        streams.switch(table, stream["StreamEnabled"], backend)
    change(request, updates, table, forward)
    return {"TableDescription": description(before, table)}


# What it refuses


def asked_of_indexes(request: dict) -> list:
    """[(action, its parameters), ...]"""
    updates = request.get("GlobalSecondaryIndexUpdates", [])
    invalid_if(
        any(len(one) != 1 for one in updates),
        "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
        "GlobalSecondaryIndexUpdate.Delete must not be null",
    )
    return [pair for one in updates for pair in one.items()]


def check_alone(request: dict, updates: list) -> None:
    given = {name for name, value in request.items() if value != []} - {"TableName", "AttributeDefinitions"}
    refuse_if(not given, NOTHING)
    for name in NOT_OFFERED:
        refuse_if(name in given, f"The lab does not offer {name}", "UnknownOperationException")
    units = request.get("ProvisionedThroughput")
    invalid_if(
        request.get("BillingMode") == "PROVISIONED" and not units,
        "ProvisionedThroughput must be specified when BillingMode is PROVISIONED",
    )
    definitions.check_bounds(units)
    names = [one["IndexName"] for _, one in updates]
    for at, name in enumerate(names):
        invalid_if(
            name in names[:at],
            f"Only one global secondary index update per index is allowed simultaneously. Index: {name}",
        )


def check_against(request: dict, updates: list, table) -> None:
    current, units = table.billing_mode, request.get("ProvisionedThroughput")
    mode = request.get("BillingMode", current)
    if units:
        definitions.check_billing(mode, units)
        if mode == current:
            check_change("table", table, units)
    if mode == "PROVISIONED" and mode != current:
        priced = {one["IndexName"] for _, one in updates if "ProvisionedThroughput" in one}
        for index in table.global_indexes:
            invalid_if(
                index.name not in priced, f"ProvisionedThroughput must be specified for index: {index.name}"
            )
    refuse_if(
        sum(action != "Update" for action, _ in updates) > 1,
        "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
        "LimitExceededException",
    )
    for action, one in updates:
        if action == "Create":
            check_new_index(one, request, table, mode)
        else:
            check_old_index(action, one, table, mode)
    stream = request.get("StreamSpecification")
    definitions.check_stream(stream)
    if stream:
        enabled = bool(table.stream_specification and table.stream_specification.get("StreamEnabled"))
        state = "already has an enabled stream" if enabled else "has no stream to disable"
        refuse_if(stream["StreamEnabled"] == enabled, f"Table {state}: TableName: {table.name}")
    check_warm("table", request, table)


def check_change(what: str, owner, asked: dict) -> None:
    """A throughput that stays as it is, is refused. what: "table" or "index NAME"."""
    units = " ".join(
        f"Current {name} provisioned for the {what.partition(' ')[0]}: {owner.throughput[name]}. "
        f"Requested {name}: {asked[name]}."
        for name in UNITS
    )
    refuse_if(
        all(owner.throughput[name] == asked[name] for name in UNITS),
        f"The provisioned throughput for the {what} will not change. The requested value equals the current "
        f"value. {units} Refer to the Amazon DynamoDB Developer Guide for current limits and how to request "
        "higher limits.",
    )


def check_warm(what: str, asked: dict, owner) -> None:
    for name, units in asked.get("WarmThroughput", {}).items():
        invalid_if(
            units < owner.warm_throughput[name],
            f"Requested {name} for WarmThroughput for {what} is lower than current WarmThroughput, "
            "decreasing WarmThroughput is not supported",
        )


def check_new_index(index: dict, request: dict, table, mode: str) -> None:
    refuse_if(keys.index_of(table, index["IndexName"]), "Attempting to create an index which already exists")
    refuse_if(
        len(table.global_indexes) >= definitions.GLOBAL_INDEXES,
        definitions.TOO_MANY_INDEXES,
        "LimitExceededException",
    )
    given, known = types_of(request.get("AttributeDefinitions", [])), types_of(table.attr)
    definitions.check_global_indexes([index], [], list(given), mode)
    schemas = [{"KeySchema": one.schema} for one in (table, *keys.indexes_of(table))]
    definitions.check_all_used(list(given), [*schemas, index])
    refuse_if(
        any(given.get(name, kind) != kind for name, kind in known.items()),
        "invalid attribute, SchemaElement redefined should be of same type as previously defined",
    )


def check_old_index(action: str, asked: dict, table, mode: str) -> None:
    index = next((one for one in table.global_indexes if one.name == asked["IndexName"]), None)
    refuse_if(index is None, "Requested resource not found", "ResourceNotFoundException")
    if action == "Delete":
        return
    if not {"OnDemandThroughput", "WarmThroughput"} & set(asked):
        definitions.check_index_billing(asked, mode)
    if "ProvisionedThroughput" in asked:
        definitions.check_billing(mode, asked["ProvisionedThroughput"])
        check_change(f"index {index.name}", index, asked["ProvisionedThroughput"])
    check_warm(f"index {index.name}", asked, index)


def types_of(attributes: list) -> dict:
    return {one["AttributeName"]: one["AttributeType"] for one in attributes}


# What it does


def change(request: dict, updates: list, table, forward) -> None:
    owners = [(one, one.throughput, one.warm_throughput) for one in (table, *table.global_indexes)]
    types = types_of([*table.attr, *request.get("AttributeDefinitions", [])])
    attributes = [{"AttributeName": name, "AttributeType": kind} for name, kind in types.items()]
    forward({**request, "AttributeDefinitions": attributes})
    drop_unused(table)
    for owner, units, warm in owners:
        owner.throughput = counted(units, owner.throughput)
        owner.warm_throughput = {**warm, **owner.warm_throughput}
    if request.get("BillingMode") == "PAY_PER_REQUEST":
        for owner in (table, *table.global_indexes):
            owner.throughput = dict.fromkeys(UNITS, 0)
    for _, asked in updates:
        if index := keys.index_of(table, asked["IndexName"]):
            keep_units(asked, index)
    if "SSESpecification" in request:
        encrypt(table, request["SSESpecification"])
    keep(request, table)


def encrypt(table, asked: dict) -> None:
    table.sse_specification = dict(asked)
    if asked.get("Enabled") and "KMSMasterKeyId" not in asked:
        key = table._get_default_encryption_key(table.account_id, table.region_name)
        table.sse_specification["KMSMasterKeyId"] = key


def drop_unused(table) -> None:
    """Attributes are defined as long as a key needs them."""
    used = {key["AttributeName"] for one in (table, *keys.indexes_of(table)) for key in one.schema}
    table.attr = [one for one in table.attr if one["AttributeName"] in used]


def counted(before: dict, after: dict) -> dict:
    """Throughput with the times at which it last rose and fell, and how often it fell today."""
    result = {**before, **after}
    if any(before[name] < after[name] for name in UNITS):
        result["LastIncreaseDateTime"] = now()
    if any(before[name] > after[name] for name in UNITS):
        result |= {
            "LastDecreaseDateTime": now(),
            "NumberOfDecreasesToday": before.get("NumberOfDecreasesToday", 0) + 1,
        }
    return result


def description(before: dict, table) -> dict:
    """The answer: what is under way, so units and indexes are still as they were. before: as it was described."""
    told = describe(table, "UPDATING")
    old = {one["IndexName"]: one for one in before.get("GlobalSecondaryIndexes", [])}
    indexes = told.get("GlobalSecondaryIndexes", [])
    for index in indexes:
        earlier = old.pop(index["IndexName"], None)
        if earlier is None:
            index.update(IndexStatus="CREATING", Backfilling=False, IndexSizeBytes=0, ItemCount=0)
        elif earlier["ProvisionedThroughput"] != index["ProvisionedThroughput"]:
            index["IndexStatus"] = "UPDATING"
            index["ProvisionedThroughput"] = under_way(earlier, index)
    indexes += [{**one, "IndexStatus": "DELETING"} for one in old.values()]
    told["ProvisionedThroughput"] = under_way(before, told)
    return {**told, "GlobalSecondaryIndexes": indexes} if indexes else told


def under_way(before: dict, after: dict) -> dict:
    """A change of units takes a while; a change of billing mode is told at once."""
    units, old = after["ProvisionedThroughput"], before["ProvisionedThroughput"]
    if 0 in (units["ReadCapacityUnits"], old["ReadCapacityUnits"]):
        return units
    return {**units, **{name: old[name] for name in (*UNITS, "NumberOfDecreasesToday")}}


OPERATIONS = {"UpdateTable": update_table}
