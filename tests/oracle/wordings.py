"""Where DynamoDB Local refuses in other words than the service, or looks at another mistake first.

Both refuse, and the message differs: each pair of patterns has its reason. The lab's words are those of the
service, as its service model, its documentation and those who quote it give them (`tests/corrections/refusals`).
"""

import re
from typing import NamedTuple


class Wording(NamedTuple):
    """Patterns of what both say, from the beginning of the message."""

    reason: str
    lab: str
    local: str
    accepted: bool = False  # DynamoDB Local may also see nothing wrong


_INVALID = r"One or more parameter values were invalid: "
_EMPTY = r"One or more parameter values are not valid"

# A key that does not fit, as DynamoDB Local tells it.
_KEY = (
    r"The number of conditions on the keys is invalid|One of the required keys was not given a value|"
    rf"{_INVALID}Type mismatch for (key|Index Key)$|Invalid attribute value type"
)
# What is wrong with a key whatever the items are.
BY_ITSELF = (
    rf"The provided key element does not match|{_INVALID}(Type mismatch for (key|Index Key)|Missing the key)|"
    r"Key attributes must be scalars"
)
# What only an item can show.
_DATA = (
    r"The document path provided in the update expression is invalid|An operand in the update expression|"
    r"The provided expression refers to an attribute that does not exist"
)
_DIGITS = r"(Attempting to store|Number overflow|DynamoDB only supports precision up to)"
# Operands that a condition in the old form cannot have.
_OPERANDS = (
    rf"The BETWEEN condition was provided a range where|{_INVALID}(Invalid number of argument|"
    r"ComparisonOperator \w+ is not valid for|AttributeValues inside)"
)
_OVERLAP = r"Invalid \w+Expression: Two document paths (overlap|conflict) with each other; "
_UNDEFINED = r"Invalid \w+Expression: An expression attribute (name|value) used in "
CONSTRAINTS = "The constraints of the service model are checked first, and told in its words."

WORDINGS = [
    Wording(
        "A sum of too many digits is told as an overflow: ScyllaDB's tests of the service.",
        r"Number overflow",
        r"DynamoDB only supports precision up to 38 digits",
    ),
    Wording(
        "The service says that a resource was not found; DynamoDB Local that there is no table, or what another has.",
        r"Requested resource not found",
        r"Cannot do operations on a non-existent table|Key attributes must be scalars",
    ),
    Wording(
        "What the request alone shows is told before its table is looked for.",
        r"ALL_PROJECTED_ATTRIBUTES can be used only when Querying",
        r"Cannot do operations on a non-existent table",
    ),
    Wording(
        CONSTRAINTS,
        r"\d+ validation errors? detected: Value ",
        r"",
    ),
    Wording(
        "The service names the missing key attribute.",
        rf"{_INVALID}Missing the key \w+ in the item",
        r"One of the required keys was not given a value",
    ),
    Wording(
        "The service tells a key that does not fit the schema with one sentence.",
        r"The provided key element does not match the schema",
        _KEY,
    ),
    Wording(
        "The service names the key, the type it should have and the one it has.",
        rf"{_INVALID}Type mismatch for (key|Index Key) \S+ [Ee]xpected: \w+ ",
        _KEY,
    ),
    Wording(
        "The service has one sentence for a strongly consistent Query and Scan of a global index.",
        r"Consistent reads are not supported on global secondary indexes",
        r"Consistent read cannot be true when (querying|scanning) a GSI",
    ),
    Wording(
        "The service names the key element that a query's condition misses.",
        r"Query condition missed key schema element: \w+$",
        r"Query condition missed key schema element$",
    ),
    Wording(
        "Of several pairs of paths that overlap, DynamoDB Local may name another, or its halves in the other order.",
        _OVERLAP,
        _OVERLAP,
    ),
    Wording(
        "Of several undefined placeholders, or one and paths that overlap, DynamoDB Local may tell another.",
        _UNDEFINED,
        rf"{_UNDEFINED}|{_OVERLAP}",
    ),
    Wording(
        "DynamoDB Local does not look at the constraint in a transaction.",
        r"1 validation error detected: Value '\w+' at 'transactItems\.\d+\.member\.\w+\.returnValuesOnConditionCheck",
        r"",
        accepted=True,
    ),
    Wording(
        "Conditions and filters in the old form are read one after the other, and before the item.",
        _OPERANDS,
        rf"{_OPERANDS}|{_KEY}|{_EMPTY}",
    ),
    Wording(
        "Of placeholders without an expression in one item of a transaction and unused ones in another, the first.",
        r"ExpressionAttribute(Names|Values) can only be specified when using expressions",
        r"Value provided in ExpressionAttribute(Names|Values) unused in expressions",
    ),
    Wording(
        "Of several mistakes that only the item shows, DynamoDB Local may tell another.",
        rf"{_DATA}|{_DIGITS}",
        rf"{_DATA}|{_DIGITS}",
    ),
    Wording(
        "A query's key condition is read before its other expressions, as dynalite's recordings of the service tell.",
        r"Invalid KeyConditionExpression: ",
        r"Invalid (Filter|Projection)Expression: ",
    ),
    Wording(
        "The service judges a request by itself before it looks at the table, its keys and its indexes.",
        r"Invalid \w+Expression: |Value provided in Expression|ExpressionAttribute\w+ |"
        r"Consistent reads are not supported|Cannot specify the \w+ when choosing|Must specify the|"
        rf"{_INVALID}(Global|Select type|Type mismatch for Index Key)",
        rf"{_KEY}|{_EMPTY}|{_DATA}|Cannot do operations on a non-existent table|Key attributes must be scalars|"
        r"The table does not have the specified index|Consistent read cannot be true|"
        rf"Filter Expression can only contain|{_INVALID}Secondary index|"
        r"Transaction request cannot include multiple operations",
    ),
    Wording(
        "Of a path inside a key and another mistake in the same query, DynamoDB Local tells the first.",
        rf"Filter Expression can only contain|{_EMPTY}",
        r"Key attributes must be scalars",
    ),
    Wording(
        "The service judges each item of a batch or transaction before it looks for duplicates.",
        rf"{_INVALID}Type mismatch for Index Key|{_EMPTY}",
        r"Provided list of item keys contains duplicates|Transaction request cannot include multiple operations",
    ),
    Wording(
        "An empty key of any item of a transaction is told before what else is wrong, with it or another.",
        _EMPTY,
        rf"{_DATA}|{_DIGITS}|Invalid attribute value type|Transaction cancelled",
    ),
    Wording(
        "Developer Guide, transaction-apis: a transaction names an item once; the service looks before it starts.",
        r"Transaction request cannot include multiple operations on one item",
        rf"Transaction cancelled|{_KEY}|{_DATA}|{_DIGITS}|{_EMPTY}|Key attributes must be scalars",
        accepted=True,
    ),
    Wording(
        "The service refuses an update of a key before it judges the condition.",
        rf"Key attributes must be scalars|{_INVALID}Cannot update attribute",
        r"The conditional request failed",
    ),
    Wording(
        "DynamoDB Local takes some wrong types for an index key that an update sets.",
        r"The update expression attempted to update the secondary index key to unsupported type|"
        rf"{_INVALID}Type mismatch for Index Key",
        rf"{_EMPTY}|Invalid attribute value type|Updates on index keys must be of the same data type|"
        r"Type mismatch for attribute to update|The conditional request failed|Key attributes must be scalars|"
        rf"{_DATA}|{_DIGITS}",
        accepted=True,
    ),
    Wording(
        "An attribute that is the key of several indexes: either is named.",
        rf"({_EMPTY}|{_INVALID}Type mismatch for Index Key).*IndexName: ",
        rf"({_EMPTY}|{_INVALID}Type mismatch for Index Key).*IndexName: ",
    ),
    Wording(
        "Of several keys that paths reach into, either is named.",
        r"Key attributes must be scalars",
        r"Key attributes must be scalars",
    ),
    Wording(
        "BETWEEN's message shows its operands, DynamoDB Local as they were sent, the lab as they are kept.",
        r"Invalid \w+Expression: The BETWEEN operator requires upper bound",
        r"Invalid \w+Expression: The BETWEEN operator requires upper bound",
    ),
    Wording(
        "DynamoDB Local has no words for a token that is used again for something else.",
        r"Request parameters do not match the original request for this client token\.$",
        r"$",
    ),
    Wording(
        "The service judges a transaction by itself before it looks for its token.",
        r"(?!Transaction cancelled)",
        r"$",
    ),
    Wording(
        "DynamoDB Local fails inside.",
        r"",
        r"The request processing has failed because of an unknown error",
    ),
]

IN_A_TRANSACTION = (
    "API Reference, TransactWriteItems and TransactGetItems: what is wrong with one item cancels the whole "
    "transaction, with a reason for each item."
)


def wording(lab: dict, local: dict) -> str | None:
    """The reason why both messages mean the same refusal; None where there is none, or nothing was refused."""
    ours, theirs = lab.get("message"), local.get("message")
    if ours == theirs:
        return None
    if (found := _matching(ours, theirs)) or (theirs or "").startswith("Transaction cancelled"):
        return found
    for reason in lab.get("more", {}).get("CancellationReasons", []):
        if reason["Code"] == "ValidationError":
            return IN_A_TRANSACTION if reason["Message"] == theirs else _matching(reason["Message"], theirs)
    return None


def _matching(ours: str | None, theirs: str | None) -> str | None:
    for each in WORDINGS:
        of_lab = ours is not None and re.match(each.lab, ours) or ours is None and not each.lab
        of_local = re.match(each.local, theirs) if theirs is not None else each.accepted
        if of_lab and of_local:
            return each.reason
    return None
