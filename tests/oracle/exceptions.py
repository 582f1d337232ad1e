"""Where DynamoDB Local is not the one to follow: each exception named, with its reason.

DynamoDB Local is the referee, and it errs too. An exception says in which answers, and why the lab is right:
because AWS's documentation says so, or because the service is known to use other words. Two kinds:

*words*: both refuse the request with the same kind of error and differ in the message. A pattern for each.
*costs and shapes*: both accept, and a field of the answer differs.
"""

import copy
import re
from collections.abc import Callable
from decimal import Context, Decimal

Said = dict  # what `compare.comparable` makes of a party's answers

# -- words ------------------------------------------------------------------------------------------------

_EXPRESSION = r"(Invalid \w+Expression: )?"
_OVERLAP = r"Two document paths (overlap|conflict) with each other"
_OPERAND = r"Incorrect operand type for operator or function"
_UNDEFINED = r"An expression attribute (name|value) used in"
_DATA = (
    r"The document path provided in the update expression is invalid|An operand in the update expression|"
    r"The provided expression refers to an attribute that does not exist"
)

# reason: (what the lab says, what DynamoDB Local says), both from the beginning of the message.
WORDS: dict[str, tuple[str, str]] = {
    "The service says that a resource was not found; DynamoDB Local that there is no table.": (
        r"Requested resource not found",
        r"Cannot do operations on a non-existent table",
    ),
    "Constraints of the service model are checked first, and told in its words (API Reference).": (
        r"\d+ validation errors? detected: Value ",
        r"",
    ),
    "The service names the missing key attribute.": (
        r"One or more parameter values were invalid: Missing the key \w+ in the item",
        r"One of the required keys was not given a value",
    ),
    "The service tells a key that does not fit the schema with one sentence.": (
        r"The provided key element does not match the schema",
        r"The number of conditions on the keys is invalid|One of the required keys was not given a value|"
        r"One or more parameter values were invalid: Type mismatch for key$|Invalid attribute value type",
    ),
    "The service names the key, the type it should have and the one it has.": (
        r"One or more parameter values were invalid: Type mismatch for (key|Index Key) \S+ [Ee]xpected: \w+ ",
        r"One or more parameter values were invalid: Type mismatch for (key|Index Key)$|Invalid attribute value type",
    ),
    "Developer Guide, GSI: a strongly consistent read is refused, for Query and Scan alike.": (
        r"Consistent reads are not supported on global secondary indexes",
        r"Consistent read cannot be true when (querying|scanning) a GSI",
    ),
    "The service names the key element that a query's condition misses.": (
        r"Query condition missed key schema element: \w+$",
        r"Query condition missed key schema element$",
    ),
    "Of several mistakes in one expression, DynamoDB Local names the last, and joins the halves of two "
    "overlapping pairs; the service the first.": (
        f"{_EXPRESSION}({_OVERLAP}|{_OPERAND}|{_UNDEFINED}|{_DATA})",
        f"{_EXPRESSION}({_OVERLAP}|{_OPERAND}|{_UNDEFINED}|{_DATA})",
    ),
    "The service judges expressions before it looks at the table, its key and its indexes.": (
        r"Invalid \w+Expression: |Value provided in Expression|ExpressionAttribute\w+ |Consistent reads are not supported|"
        r"Cannot specify the \w+ when choosing|Must specify the|"
        r"One or more parameter values were invalid: (Global|Select type)",
        r"The number of conditions on the keys is invalid|One of the required keys was not given a value|"
        r"One or more parameter values were invalid: Type mismatch for key$|Invalid attribute value type|"
        r"One or more parameter values are not valid. The AttributeValue for a key attribute cannot|"
        r"Cannot do operations on a non-existent table|The table does not have the specified index|"
        r"Key attributes must be scalars|The document path provided in the update expression is invalid|"
        r"Consistent read cannot be true|One or more parameter values were invalid: Type mismatch for Index Key|"
        r"Filter Expression can only contain|One or more parameter values were invalid: Secondary index",
    ),
    "Of a filter on a key and a path inside a key, DynamoDB Local tells the second first.": (
        r"Filter Expression can only contain",
        r"Key attributes must be scalars",
    ),
    "The service judges each item of a batch before it looks for duplicates.": (
        r"One or more parameter values were invalid: Type mismatch for Index Key|"
        r"One or more parameter values are not valid",
        r"Provided list of item keys contains duplicates",
    ),
    "Developer Guide, transaction-apis: a transaction names an item once; the service looks before it starts.": (
        r"Transaction request cannot include multiple operations on one item",
        r"(Transaction cancelled|The document path|The provided expression refers|An operand in)?",
    ),
    "The service refuses an update of a key before it judges the condition.": (
        r"Key attributes must be scalars|One or more parameter values were invalid: Cannot update attribute",
        r"The conditional request failed",
    ),
    "DynamoDB Local takes some wrong types for an index key that an update sets.": (
        r"The update expression attempted to update the secondary index key to unsupported type|"
        r"One or more parameter values were invalid: Type mismatch for Index Key",
        r"(One or more parameter values are not valid|Invalid attribute value type|Updates on index keys must be|"
        r"Type mismatch for attribute to update|The conditional request failed)?",
    ),
    "The same in a transaction.": (r"Transaction cancelled, .*ValidationError", r"()?"),
    "API Reference, TransactWriteItems and TransactGetItems: what is wrong with one item cancels the whole "
    "transaction, with a reason for each item.": (
        r"Transaction cancelled, .*ValidationError",
        r"The number of conditions on the keys is invalid|Invalid attribute value type|Key attributes must be|"
        r"One or more parameter values are not valid|The document path provided|One of the required keys|"
        r"An operand in the update expression|The provided expression refers|One or more parameter values were",
    ),
    "BETWEEN's message shows its operands, DynamoDB Local as they were sent, the lab as they are kept.": (
        r"Invalid \w+Expression: The BETWEEN operator requires upper bound",
        r"Invalid \w+Expression: The BETWEEN operator requires upper bound",
    ),
    "DynamoDB Local fails inside.": (r"", r"The request processing has failed because of an unknown error"),
}


def _words(lab: Said, local: Said) -> str | None:
    ours, theirs = lab.get("message"), local.get("message")
    if ours == theirs:
        return None
    for reason, (of_lab, of_local) in WORDS.items():
        if (ours is None or re.match(of_lab, ours)) and (theirs is None or re.match(of_local, theirs)):
            if ours is None and of_lab or theirs is None and not of_local.endswith("?"):
                continue
            return reason
    return None


# -- costs and shapes -------------------------------------------------------------------------------------

_EXACT = Context(prec=40)
Rule = Callable[[str, dict, Said, Said], None]
SHAPES: dict[str, Rule] = {}


def shape(reason: str):
    """A rule that makes both answers alike in the one respect in which DynamoDB Local is wrong."""

    def keep(rule: Rule) -> Rule:
        SHAPES[reason] = rule
        return rule

    return keep


@shape("Developer Guide, read-write-operations: a read that finds nothing costs the minimum.")
def _(operation, request, lab, local):
    for ours, theirs in _used(lab, local):
        if _reads(operation) and theirs["CapacityUnits"] < ours["CapacityUnits"]:
            theirs.clear(), ours.clear()


@shape("API Reference, ReturnConsumedCapacity: nothing is told unless asked for.")
def _(operation, request, lab, local):
    if "ReturnConsumedCapacity" not in request and "ConsumedCapacity" not in lab:
        local.pop("ConsumedCapacity", None)


@shape("API Reference, ReturnItemCollectionMetrics: DynamoDB Local does not know it.")
def _(operation, request, lab, local):
    if "ReturnItemCollectionMetrics" in request and "ItemCollectionMetrics" not in local:
        lab.pop("ItemCollectionMetrics", None)


@shape("API Reference, ConsumedCapacity: a transaction tells its reads by table, too.")
def _(operation, request, lab, local):
    if operation == "TransactGetItems":
        for ours, theirs in _used(lab, local):
            if "ReadCapacityUnits" not in theirs.get("Table", {}):
                ours.get("Table", {}).pop("ReadCapacityUnits", None)


@shape("Developer Guide, transaction-apis: each write costs two units a KB; DynamoDB Local doubles twice.")
def _(operation, request, lab, local):
    if operation == "TransactWriteItems":
        lab.pop("ConsumedCapacity", None), local.pop("ConsumedCapacity", None)


@shape("Developer Guide, HowItWorks.NamingRulesDataTypes: numbers lose needless zeros, nested ones, too.")
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


@shape("Developer Guide, read-write-operations: deleting what is not there costs one unit, in a batch too.")
def _(operation, request, lab, local):
    if operation == "BatchWriteItem":
        for ours, theirs in _used(lab, local):
            asked = request["RequestItems"][ours["TableName"]]
            if (
                any("DeleteRequest" in each for each in asked)
                and theirs["CapacityUnits"] > ours["CapacityUnits"]
            ):
                ours.clear(), theirs.clear()


@shape("Developer Guide, GSI: an item that is in an index neither before nor after a write costs it nothing.")
def _(operation, request, lab, local):
    if not _reads(operation):
        for ours, theirs in _used(lab, local):
            for name in theirs.get("GlobalSecondaryIndexes", {}).keys() - ours.get(
                "GlobalSecondaryIndexes", {}
            ):
                charged = theirs["GlobalSecondaryIndexes"].pop(name)["CapacityUnits"]
                theirs["CapacityUnits"] -= charged
            if theirs.get("GlobalSecondaryIndexes") == {}:
                del theirs["GlobalSecondaryIndexes"]


@shape("API Reference, ExecuteStatement: the error is DuplicateItemException.")
def _(operation, request, lab, local):
    if local.get("error") == "DuplicateItem":
        local["error"] = "DuplicateItemException"


@shape("A cancelled transaction's reasons have the words that the same mistake has elsewhere.")
def _(operation, request, lab, local):
    reasons = zip(
        *(said.get("more", {}).get("CancellationReasons", []) for said in (lab, local)), strict=False
    )
    for ours, theirs in reasons:
        if ours.get("Code") == theirs.get("Code") and _words(
            *({"message": each.get("Message")} for each in (ours, theirs))
        ):
            theirs["Message"] = ours["Message"]


@shape("DynamoDB Local ends the message of a failed ConditionCheck with a full stop, and of no other.")
def _(operation, request, lab, local):
    for reason in local.get("more", {}).get("CancellationReasons", []):
        if "Message" in reason:
            reason["Message"] = reason["Message"].rstrip(".")


def _used(lab: Said, local: Said) -> list[tuple[dict, dict]]:
    """Pairs of what both say that one table has consumed."""
    ours, theirs = (said.get("ConsumedCapacity", said.get("capacity", [])) for said in (lab, local))
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return [(ours, theirs)]
    return list(zip(ours, theirs, strict=False))


def _reads(operation: str) -> bool:
    return operation in ("Query", "Scan", "GetItem", "BatchGetItem")


def reason_for(request: tuple[str, dict], lab: Said, local: Said) -> str | None:
    """Why this disagreement is none, or None when it is one."""
    if reason := _words(lab, local):
        return reason
    ours, theirs = copy.deepcopy(lab), copy.deepcopy(local)
    reasons = []
    for reason, rule in SHAPES.items():
        before = copy.deepcopy((ours, theirs))
        rule(*request, ours, theirs)
        if before != (ours, theirs):
            reasons.append(reason)
        if ours == theirs:
            return " ".join(reasons)
    return None
