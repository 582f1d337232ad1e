"""Where DynamoDB Local is not the one to follow: each exception named, with its reason.

DynamoDB Local is the referee, and it errs too. `wordings` has the refusals that it tells in other words; here
are the answers in which a field differs and AWS's documentation says otherwise. Each rule makes both answers
alike in that one respect, and only when they differ as it says.
"""

import copy
from collections.abc import Callable
from decimal import Context, Decimal

from tests.oracle.wordings import wording

_EXACT = Context(prec=40)
Said = dict  # what `compare.comparable` makes of a party's answers
Rule = Callable[[str, dict, Said, Said], None]
RULES: dict[str, Rule] = {}


def exception(reason: str):
    """Register a rule(operation, request, lab, local), which changes what both said."""

    def keep(rule: Rule) -> Rule:
        RULES[reason] = rule
        return rule

    return keep


def reason_for(request: tuple[str, dict], lab: Said, local: Said) -> str | None:
    """Why this disagreement is none, or None when it is one."""
    if reason := wording(lab, local):
        return reason
    ours, theirs = copy.deepcopy(lab), copy.deepcopy(local)
    reasons = []
    for reason, rule in RULES.items():
        before = copy.deepcopy((ours, theirs))
        rule(*request, ours, theirs)
        if before != (ours, theirs):
            reasons.append(reason)
        if ours == theirs:
            return " ".join(reasons)
    return None


def used(lab: Said, local: Said) -> list[tuple[dict, dict]]:
    """Pairs of what both say that one table has consumed."""
    ours, theirs = (said.get("ConsumedCapacity", said.get("capacity", [])) for said in (lab, local))
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return [(ours, theirs)]
    return list(zip(ours, theirs, strict=False))


# -- what reads cost --------------------------------------------------------------------------------------


@exception("Developer Guide, read-write-operations: a read that finds nothing costs the minimum.")
def _(operation, request, lab, local):
    for ours, theirs in used(lab, local):
        if operation in ("Query", "Scan"):
            minimum = 1.0 if request.get("ConsistentRead") else 0.5
            free = theirs["CapacityUnits"] == 0 and ours["CapacityUnits"] == minimum
        elif operation == "BatchGetItem":
            asked = request["RequestItems"][ours["TableName"]]
            missing = len(asked["Keys"]) - len(lab["Responses"].get(ours["TableName"], []))
            minimum = (1.0 if asked.get("ConsistentRead") else 0.5) * missing
            free = ours["CapacityUnits"] - theirs["CapacityUnits"] == minimum
        else:
            free = False
        if free:
            ours.clear(), theirs.clear()


@exception(
    "Developer Guide, LSI: what an index holds is read from it, what it lacks is fetched item by item."
)
def _(operation, request, lab, local):
    """DynamoDB Local fetches for every projection of a Query, and charges a Scan for the table's items."""
    projected = "ProjectionExpression" in request or "AttributesToGet" in request
    if request.get("IndexName", "").startswith("lsi") and (operation == "Scan" or projected):
        for ours, theirs in used(lab, local):
            ours.clear(), theirs.clear()


@exception("API Reference, ConsumedCapacity: a transaction tells its reads by table, too.")
def _(operation, request, lab, local):
    if operation == "TransactGetItems":
        for ours, theirs in used(lab, local):
            if "ReadCapacityUnits" not in theirs.get("Table", {}):
                ours.get("Table", {}).pop("ReadCapacityUnits", None)


# -- what writes cost -------------------------------------------------------------------------------------


@exception(
    "Developer Guide, read-write-operations: deleting what is not there costs one unit, in a batch too."
)
def _(operation, request, lab, local):
    if operation == "BatchWriteItem":
        for ours, theirs in used(lab, local):
            deletes = sum("DeleteRequest" in each for each in request["RequestItems"][ours["TableName"]])
            if 0 < theirs["CapacityUnits"] - ours["CapacityUnits"] <= deletes:
                ours.clear(), theirs.clear()


@exception(
    "Developer Guide, GSI: an item that is in an index neither before nor after a write costs it nothing."
)
def _(operation, request, lab, local):
    if operation in ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"):
        for ours, theirs in used(lab, local):
            charged = theirs.get("GlobalSecondaryIndexes", {})
            for name in charged.keys() - ours.get("GlobalSecondaryIndexes", {}).keys():
                theirs["CapacityUnits"] -= charged.pop(name)["CapacityUnits"]
            if theirs.get("GlobalSecondaryIndexes") == {}:
                del theirs["GlobalSecondaryIndexes"]


@exception("Developer Guide, LSI: a changed entry costs the larger of its two images, once.")
def _(operation, request, lab, local):
    """DynamoDB Local charges a local index, and no global one, for both images when an entry grows or shrinks."""
    if operation in ("PutItem", "UpdateItem", "BatchWriteItem"):
        for ours, theirs in used(lab, local):
            for name, one in ours.get("LocalSecondaryIndexes", {}).items():
                other = theirs.get("LocalSecondaryIndexes", {}).get(name, one)
                if 0 < (more := other["CapacityUnits"] - one["CapacityUnits"]) <= one["CapacityUnits"]:
                    other["CapacityUnits"] -= more
                    theirs["CapacityUnits"] -= more


@exception("Developer Guide, transaction-apis: a write in a transaction costs two units a KB, not four.")
def _(operation, request, lab, local):
    """DynamoDB Local doubles the table's units twice, but not those of a delete, and an index's units too."""
    if operation == "TransactWriteItems":
        deletes = any("Delete" in each for each in request["TransactItems"])
        for ours, theirs in used(lab, local):
            if deletes or ours["CapacityUnits"] <= theirs["CapacityUnits"] and _doubled(ours, theirs):
                ours.clear(), theirs.clear()


def _doubled(ours: dict, theirs: dict) -> bool:
    tables = [each.get("Table", {}).get("CapacityUnits", 0) for each in (ours, theirs)]
    return tables[0] <= tables[1] <= 2 * tables[0] and all(
        one["CapacityUnits"] <= theirs[kind][name]["CapacityUnits"] <= 4 * one["CapacityUnits"]
        for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")
        for name, one in ours.get(kind, {}).items()
    )


# -- what conditions see ----------------------------------------------------------------------------------


@exception("Developer Guide, SecondaryIndexes: the filter of a Scan sees what the index holds.")
def _(operation, request, lab, local):
    """DynamoDB Local looks into the table for what the index does not project."""
    filtered = "IndexName" in request and {"FilterExpression", "ScanFilter"} & request.keys()
    fewer = lab.get("count", 0) < local.get("count", 0)
    if operation == "Scan" and filtered and fewer and all(item in local["items"] for item in lab["items"]):
        for said in (lab, local):
            said.pop("items"), said.pop("count"), said.pop("capacity")


@exception("A condition may not reach into a key, in a ConditionCheck as in a write.")
def _(operation, request, lab, local):
    both = (said.get("more", {}).get("CancellationReasons", []) for said in (lab, local))
    for action, ours, theirs in zip(request.get("TransactItems", []), *both, strict=False):
        if "ConditionCheck" in action and ours.get("Message", "").startswith(
            "Key attributes must be scalars"
        ):
            local["message"] = lab["message"]
            theirs.clear(), theirs.update(ours)


# -- what else is told ------------------------------------------------------------------------------------


@exception("API Reference, ReturnConsumedCapacity: nothing is told unless asked for.")
def _(operation, request, lab, local):
    if "ReturnConsumedCapacity" not in request and "ConsumedCapacity" not in lab:
        local.pop("ConsumedCapacity", None)


@exception("API Reference, ReturnItemCollectionMetrics: DynamoDB Local does not know it.")
def _(operation, request, lab, local):
    if "ReturnItemCollectionMetrics" in request and "ItemCollectionMetrics" not in local:
        lab.pop("ItemCollectionMetrics", None)


@exception("API Reference, ExecuteStatement: the error is DuplicateItemException.")
def _(operation, request, lab, local):
    if local.get("error") == "DuplicateItem":
        local["error"] = "DuplicateItemException"


@exception("A cancelled transaction's reasons have the words that the same mistake has elsewhere.")
def _(operation, request, lab, local):
    """And DynamoDB Local ends the message of a failed ConditionCheck, and of no other, with a full stop."""
    both = (said.get("more", {}).get("CancellationReasons", []) for said in (lab, local))
    for ours, theirs in zip(*both, strict=False):
        if "Message" in theirs and ours.get("Code") == theirs["Code"]:
            theirs["Message"] = theirs["Message"].rstrip(".")
            if wording({"message": ours["Message"]}, {"message": theirs["Message"]}):
                theirs["Message"] = ours["Message"]


@exception("Developer Guide, HowItWorks.NamingRulesDataTypes: numbers lose needless zeros, nested ones, too.")
def _(operation, request, lab, local):
    plain_numbers(local)


def plain_numbers(value) -> None:
    """Write numbers as the service does, where DynamoDB Local keeps a nested or updated one as it was sent."""
    if isinstance(value, list):
        for each in value:
            plain_numbers(each)
    elif isinstance(value, dict):
        for kind, inside in value.items():
            if kind == "N":
                value[kind] = _plain(inside)
            elif kind == "NS":
                value[kind] = sorted(_plain(each) for each in inside)
            else:
                plain_numbers(inside)


def _plain(number: str) -> str:
    exact = Decimal(number).normalize(_EXACT)
    return f"{exact:f}" if exact else "0"
