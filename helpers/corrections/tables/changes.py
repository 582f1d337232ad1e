"""UpdateTable: what it refuses, and what it does.

Sources: API UpdateTable, UpdateGlobalSecondaryIndexAction; messages as the service gives them.
"""

from .. import keys, streams
from ..errors import invalid_if, missing_if, refuse_if
from . import definitions
from .descriptions import UNITS, WARM, capacity, describe, existing, now, told_as
from .lifetimes import keep

NOTHING = (
    "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates "
    "or SSESpecification or ReplicaUpdates is required"
)
NOT_OFFERED = ("ReplicaUpdates", "GlobalTableWitnessUpdates", "MultiRegionConsistency", "VectorIndexUpdates")


def update_table(request: dict, forward, backend) -> dict:
    updates = [pair for one in request.get("GlobalSecondaryIndexUpdates", []) for pair in one.items()]
    check_alone(request, updates)
    table = existing(request, backend)
    check_against(request, updates, table)
    before = describe(table)
    change(request, updates, table, forward)
    streams.switch(table, request, backend)
    told = under_way(before, describe(table, "UPDATING"))
    return {"TableDescription": told_as("TableDescription", told)}


# What it refuses


def check_alone(request: dict, updates: list) -> None:
    """What is wrong with any table. updates: [(action, its parameters), ...], of indexes."""
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
    actions = ", ".join(f"GlobalSecondaryIndexUpdate.{one}" for one in ("Update", "Create", "Delete"))
    for one in request.get("GlobalSecondaryIndexUpdates", ()):
        invalid_if(not one, f"One of {actions} must not be null")
        invalid_if(len(one) > 1, f"Only one of {actions} can be specified")
    only_one = "Only one global secondary index update per index is allowed simultaneously. Index"
    definitions.check_distinct([one["IndexName"] for _, one in updates], only_one)


def check_against(request: dict, updates: list, table) -> None:
    mode, units = request.get("BillingMode", table.billing_mode), request.get("ProvisionedThroughput")
    if units:
        definitions.check_billing(mode, units)
    if units and mode == table.billing_mode:
        check_change("table", table, units)
    if mode == "PROVISIONED" and mode != table.billing_mode:
        priced = {one["IndexName"] for _, one in updates if "ProvisionedThroughput" in one}
        for index in table.global_indexes:
            missing = f"ProvisionedThroughput must be specified for index: {index.name}"
            invalid_if(index.name not in priced, missing)
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
    check_warmer("table", table, request)
    if stream := request.get("StreamSpecification"):
        definitions.check_stream(stream)
        enabled = table.stream_specification["StreamEnabled"]
        state = "already has an enabled stream" if enabled else "has no stream to disable"
        refuse_if(stream["StreamEnabled"] == enabled, f"Table {state}: TableName: {table.name}")


def check_change(what: str, owner, asked: dict) -> None:
    """A throughput that stays as it is, is refused. what: "table" or "index NAME"."""
    kind = what.partition(" ")[0]
    units = " ".join(
        f"Current {name} provisioned for the {kind}: {asked[name]}. Requested {name}: {asked[name]}."
        for name in UNITS
    )
    refuse_if(
        all(owner.throughput[name] == asked[name] for name in UNITS),
        f"The provisioned throughput for the {what} will not change. The requested value equals the current value. "
        f"{units} Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.",
    )


def check_warmer(what: str, owner, asked: dict) -> None:
    """A table or index never grows colder. what: "table" or "index NAME"."""
    for name, units in asked.get("WarmThroughput", {}).items():
        lower = f"Requested {name} for WarmThroughput for {what} is lower than current WarmThroughput"
        invalid_if(units < capacity(owner)["WarmThroughput"][name], lower)


def check_new_index(index: dict, request: dict, table, mode: str) -> None:
    refuse_if(keys.index_of(table, index["IndexName"]), "Attempting to create an index which already exists")
    too_many = len(table.global_indexes) >= definitions.MOST["Global"]
    refuse_if(too_many, definitions.TOO_MANY["Global"], "LimitExceededException")
    given, known = types_of(request.get("AttributeDefinitions", [])), types_of(table.attr)
    defined = [one["AttributeName"] for one in request.get("AttributeDefinitions", [])]
    definitions.check_global_index(index, defined, mode)
    redefined = {name for name in given if given[name] != known.get(name, given[name])}
    for owner in (table, *keys.indexes_of(table)):
        old, new = schema_text(owner.schema, known), schema_text(index["KeySchema"], given)
        invalid_if(
            redefined.intersection(key["AttributeName"] for key in owner.schema),
            "Attributes cannot be redefined. Please check that your attribute has the same type as previously "
            f"defined. Existing schema: {old} New schema: {new}",
        )


def schema_text(schema: list, types: dict) -> str:
    """Schema:[SchemaElement: key{city:S:HASH}], as the service prints a key."""
    elements = (f"{one['AttributeName']}:{types[one['AttributeName']]}:{one['KeyType']}" for one in schema)
    return f"Schema:[{', '.join(f'SchemaElement: key{{{element}}}' for element in elements)}]"


def check_old_index(action: str, asked: dict, table, mode: str) -> None:
    index = keys.index_of(table, asked["IndexName"])
    missing_if(index is None)
    invalid_if(index in table.indexes, f"Index is not a global secondary index: {index.name}")
    if action == "Update" and not {"OnDemandThroughput", "WarmThroughput"} & set(asked):
        definitions.check_index_billing(asked, mode)
    if units := asked.get("ProvisionedThroughput"):
        definitions.check_billing(mode, units)
        check_change(f"index {index.name}", index, units)
    check_warmer(f"index {index.name}", index, asked)


def types_of(attributes: list) -> dict:
    return {one["AttributeName"]: one["AttributeType"] for one in attributes}


# What it does


def change(request: dict, updates: list, table, forward) -> None:
    owners = [(one, capacity(one)) for one in (table, *table.global_indexes)]
    known = {one["AttributeName"] for one in table.attr}
    new = [one for one in request.get("AttributeDefinitions", []) if one["AttributeName"] not in known]
    forward({**request, "AttributeDefinitions": [*table.attr, *new], "StreamSpecification": None})
    drop_unused(table)
    for owner, before in owners:
        owner.throughput = counted(before["ProvisionedThroughput"], owner.throughput)
        for name in WARM:  # it never grows colder
            warm = before["WarmThroughput"][name]
            owner.warm_throughput[name] = max(warm, owner.warm_throughput.get(name, 0))
    for _, asked in updates:
        if index := keys.index_of(table, asked["IndexName"]):
            keep(asked, index)
    keep(request, table)


def drop_unused(table) -> None:
    """Attributes are defined as long as a key needs them."""
    used = {key["AttributeName"] for one in (table, *keys.indexes_of(table)) for key in one.schema}
    table.attr = [one for one in table.attr if one["AttributeName"] in used]


def counted(before: dict, after: dict) -> dict:
    """`ProvisionedThroughput` with the times at which it last rose and fell, and how often it fell today."""
    result = {**before, **{name: after[name] for name in UNITS}}
    if any(before[name] < after[name] for name in UNITS):
        result["LastIncreaseDateTime"] = now()
    if any(before[name] > after[name] for name in UNITS):
        result["LastDecreaseDateTime"] = now()
        result["NumberOfDecreasesToday"] += 1
    return result


def under_way(before: dict, after: dict) -> dict:
    """The answer, given both descriptions: units, warmth and indexes are still as they were."""
    old = {one["IndexName"]: one for one in before.get("GlobalSecondaryIndexes", [])}
    indexes = after.get("GlobalSecondaryIndexes", [])
    for index in indexes:
        earlier = old.pop(index["IndexName"], None)
        if earlier is None:
            index.update(IndexStatus="CREATING", Backfilling=False, IndexSizeBytes=0, ItemCount=0)
        elif earlier["ProvisionedThroughput"] != index["ProvisionedThroughput"]:
            index.update(IndexStatus="UPDATING", ProvisionedThroughput=units_under_way(earlier, index))
    indexes += [{**one, "IndexStatus": "DELETING"} for one in old.values()]
    if after["WarmThroughput"] != before["WarmThroughput"]:
        after["WarmThroughput"] = {**before["WarmThroughput"], "Status": "UPDATING"}
    return {
        **after,
        "ProvisionedThroughput": units_under_way(before, after),
        "GlobalSecondaryIndexes": indexes,
    }


def units_under_way(before: dict, after: dict) -> dict:
    """A change of units takes a while; a change of billing mode is told at once."""
    units, old = after["ProvisionedThroughput"], before["ProvisionedThroughput"]
    if 0 in (units["ReadCapacityUnits"], old["ReadCapacityUnits"]):
        return units
    return {**units, **{name: old[name] for name in (*UNITS, "NumberOfDecreasesToday")}}
