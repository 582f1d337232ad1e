"""What did these calls consume?

    with meter() as spent:
        table.query(KeyConditionExpression=Key("customer_id").eq("CUST-1001"))
    spent

Each data call is asked to report its capacity (`ReturnConsumedCapacity`), and what the service answers is added up.
Nothing is estimated: where the service reports nothing, as for a call that failed, the meter says so.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from helpers.engines import wiring
from helpers.rules import limits

if TYPE_CHECKING:
    from pandas import DataFrame

    from helpers.show import Picture

_WRITES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"}
_TRANSACTIONS = {"TransactGetItems", "TransactWriteItems", "ExecuteTransaction"}


@dataclass
class Metered:
    """One call and what the service reported of it. None: the service does not report that of such a call.

    items_read: what was read before any filter (`ScannedCount`). items_returned: what was left of it (`Count`).
    kb: the size that was paid for, after rounding up. indexes: units by index. error: the error code.
    strong: whether the call asked for a strongly consistent read (in a batch, of any of its tables).
    next_page: whether it goes on where an earlier page ended.
    """

    operation: str
    table: str
    index: str = ""
    items_read: int | None = None
    items_returned: int | None = None
    kb: float | None = None
    read_units: float | None = None
    write_units: float | None = None
    indexes: dict[str, float] = field(default_factory=dict)
    error: str = ""
    strong: bool = False
    next_page: bool = False

    @property
    def thrown_away(self) -> int | None:
        """Items that were read, and paid for, and did not reach the caller."""
        if self.items_read is None or self.items_returned is None:
            return None
        return self.items_read - self.items_returned


class Spent:
    """What the calls of a block consumed. Showing it draws a table; `bars()` draws what each question cost."""

    def __init__(self) -> None:
        self.calls: list[Metered] = []

    @property
    def read_units(self) -> float:
        """Read units of all calls together."""
        return sum(call.read_units or 0.0 for call in self.calls)

    @property
    def write_units(self) -> float:
        """Write units of all calls together."""
        return sum(call.write_units or 0.0 for call in self.calls)

    def frame(self) -> "DataFrame":
        """One row a call, as a pandas frame."""
        from pandas import DataFrame

        columns = [name for name in Metered.__dataclass_fields__ if name != "indexes"]
        return DataFrame([asdict(call) for call in self.calls], columns=columns)

    def bars(self) -> "Picture":
        """A bar for each question, the pages of one Query or Scan together: its read units, for what was returned and thrown away."""
        from helpers.lenses import receipt

        return receipt.bars(self)

    def __len__(self) -> int:
        return len(self.calls)

    def __repr__(self) -> str:
        from helpers.lenses import receipt

        return receipt.table(self).text

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        from helpers.lenses import receipt

        return receipt.table(self)._repr_mimebundle_()


@contextmanager
def meter() -> Iterator[Spent]:
    """Count what every data call of every client consumes, of all threads, until the block ends.

    Callers see what they would see without it: `ConsumedCapacity` is taken out of a response again, unless the
    caller asked for it. Meters may be nested; each counts all calls made inside it.
    """
    spent = Spent()

    def layer(call: wiring.Call, proceed) -> dict:
        if call.service != "dynamodb" or not _reports_capacity(call):
            return proceed()
        asked = call.parameters.get("ReturnConsumedCapacity", "NONE") != "NONE"
        metered = Metered(call.operation, _tables(call.parameters), call.parameters.get("IndexName", ""))
        metered.strong = _strong(call.parameters)
        metered.next_page = "ExclusiveStartKey" in call.parameters or "NextToken" in call.parameters
        spent.calls.append(metered)
        if not asked:
            call.parameters = {**call.parameters, "ReturnConsumedCapacity": "INDEXES"}
        try:
            response = proceed()
        except Exception as error:
            metered.error = (
                getattr(error, "response", {}).get("Error", {}).get("Code") or type(error).__name__
            )
            raise
        _read_counts(metered, response)
        _read_units(metered, call.parameters, response)
        if not asked:
            response.pop("ConsumedCapacity", None)
        return response

    with wiring.around_calls(layer):
        yield spent


def _reports_capacity(call: wiring.Call) -> bool:
    """Can this operation be asked what it consumed? botocore's model of the service knows."""
    inputs = call.client.meta.service_model.operation_model(call.operation).input_shape
    return inputs is not None and "ReturnConsumedCapacity" in inputs.members


def _tables(parameters: dict[str, Any]) -> str:
    """The tables that a call names, as far as its parameters tell: PartiQL hides them in its statements."""
    if "TableName" in parameters:
        names = [parameters["TableName"]]
    elif "RequestItems" in parameters:
        names = list(parameters["RequestItems"])
    else:
        actions = parameters.get("TransactItems", [])
        names = [action.get("TableName", "") for item in actions for action in item.values()]
    return ", ".join(dict.fromkeys(str(name).rpartition("/")[2] for name in names))


def _strong(parameters: dict[str, Any]) -> bool:
    wanted = [parameters, *parameters.get("RequestItems", {}).values(), *parameters.get("Statements", [])]
    return any(each.get("ConsistentRead", False) for each in wanted if isinstance(each, dict))


def _read_counts(metered: Metered, response: dict[str, Any]) -> None:
    if "ScannedCount" in response:
        metered.items_read, metered.items_returned = response["ScannedCount"], response.get("Count")
    elif metered.operation == "GetItem":
        metered.items_read = metered.items_returned = int("Item" in response)
    elif metered.operation == "BatchGetItem":
        metered.items_read = metered.items_returned = sum(map(len, response.get("Responses", {}).values()))
    elif metered.operation == "TransactGetItems":
        found = sum("Item" in answer for answer in response.get("Responses", []))
        metered.items_read = metered.items_returned = found


def _read_units(metered: Metered, parameters: dict[str, Any], response: dict[str, Any]) -> None:
    consumed = response.get("ConsumedCapacity")
    if not consumed:
        return
    each = consumed if isinstance(consumed, list) else [consumed]
    writes = _writes(metered.operation, parameters)
    metered.kb = 0.0
    for one in each:
        total = one.get("CapacityUnits", 0.0)
        read = one.get("ReadCapacityUnits", 0.0 if writes else total)
        written = one.get("WriteCapacityUnits", total if writes else 0.0)
        if "ReadCapacityUnits" in one and "WriteCapacityUnits" not in one:
            written = 0.0  # a transaction that was repeated with its token is paid for as a read
        metered.read_units = (metered.read_units or 0.0) + read
        metered.write_units = (metered.write_units or 0.0) + written
        indexes = _indexes(one)
        for name, units in indexes.items():
            metered.indexes[name] = metered.indexes.get(name, 0.0) + units
        metered.kb += _kilobytes(
            metered.operation, parameters, one.get("TableName", ""), read, written, indexes
        )
    metered.table = metered.table or ", ".join(one.get("TableName", "") for one in each)
    metered.index = metered.index or ", ".join(name for name, units in metered.indexes.items() if units)


def _writes(operation: str, parameters: dict[str, Any]) -> bool:
    if operation in _WRITES:
        return True
    statements = [parameters.get("Statement", "")]
    for key in ("Statements", "TransactStatements"):
        statements += [each.get("Statement", "") for each in parameters.get(key, [])]
    return any(each.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE") for each in statements)


def _indexes(consumed: dict[str, Any]) -> dict[str, float]:
    return {
        name: units.get("CapacityUnits", 0.0)
        for kind in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes")
        for name, units in consumed.get(kind, {}).items()
    }


def _kilobytes(
    operation: str,
    parameters: dict[str, Any],
    table: str,
    read: float,
    written: float,
    indexes: dict[str, float],
) -> float:
    """The KB behind the units, after rounding up: what a read unit buys depends on how the read was asked for."""
    if operation in _TRANSACTIONS:
        in_indexes = sum(indexes.values()) if written else 0.0
        read, written = read / 2, (written - in_indexes) / 2 + in_indexes  # only the table's part is doubled
    else:
        asked = parameters.get("RequestItems", {}).get(table, parameters)
        strong = isinstance(asked, dict) and asked.get("ConsistentRead", False)
        read = read if strong else read * 2
    return (read * limits.READ_UNIT_BYTES + written * limits.WRITE_UNIT_BYTES) / limits.KB
