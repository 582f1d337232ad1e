"""What happens when a table has too little throughput?

    with throttle("Orders", write_units=5) as limits:
        for number in range(20):
            orders.put_item(Item={"order_id": f"ORD-{number:03d}"})
    limits

A token bucket stands before the engine. A request that finds it empty is answered as DynamoDB answers it, and
botocore's own retries run, on a virtual clock. What the lens cannot show is a partition: helpers.simulator can.

Sources: Developer Guide, "Diagnosing throttling", "GSI write throttling and back-pressure", "Error handling with
DynamoDB"; API Reference, ThrottlingReason, TransactWriteItems, BatchWriteItem; botocore's service model.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from helpers.engines import wiring
from helpers.lenses.admission import Attempt, Bucket, Gate
from helpers.lenses.throttling_errors import MODES
from helpers.lenses.virtual_time import Clock, virtual_time

if TYPE_CHECKING:
    from pandas import DataFrame


class Limits:
    """What was sent, what was throttled and how long botocore waited. Showing it draws a table."""

    def __init__(self, table: str, index: str | None, mode: str, buckets: dict[str, Bucket], clock: Clock):
        self.table, self.index, self.mode = table, index, mode
        self.buckets = buckets
        self.clock = clock
        self.attempts: list[Attempt] = []

    @property
    def throttled(self) -> int:
        """How many HTTP requests were answered with a throttling error."""
        return sum(attempt.throttled for attempt in self.attempts)

    @property
    def waited(self) -> float:
        """Virtual seconds that botocore waited between attempts."""
        return sum(attempt.waited for attempt in self.attempts)

    def sleep(self, seconds: float) -> None:
        """Let virtual time pass, as `time.sleep` lets real time pass: for code with retries of its own."""
        self.clock.move(seconds)

    def frame(self) -> "DataFrame":
        """One row an attempt, as a pandas frame."""
        from pandas import DataFrame

        return DataFrame([vars(attempt) for attempt in self.attempts], columns=list(Attempt.__annotations__))

    def __repr__(self) -> str:
        from helpers.lenses import attempts_shown

        return attempts_shown.table(self).text

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        from helpers.lenses import attempts_shown

        return attempts_shown.table(self)._repr_mimebundle_()


@contextmanager
def throttle(
    table: str, *, read_units: float | None = None, write_units: float | None = None, index: str | None = None,
    mode: str = "provisioned", burst_seconds: float = 0, seed: int = 0,
) -> Iterator[Limits]:  # fmt: skip
    """Give a table, or one global secondary index of it, so many units a second, until the block ends.

    read_units, write_units: units a second; None is without limit. mode, that is why: "provisioned" answers
    ProvisionedThroughputExceededException; "on-demand" the ThrottlingException of a hot partition; "maximum" that
    of a configured maximum. burst_seconds: how many seconds' worth of unused units are kept, 300 on AWS; 0, so
    that a burst does not hide what is to be seen. seed: of the jitter in botocore's back-off.

    A read of an index is paid by the index: name it. A read of a local index passes, whatever the table has left.

    The clock of botocore's retries is virtual meanwhile, so nothing waits. Made for an engine that runs here:
    it changes requests on their way, which AWS would refuse for their signature.
    """
    if read_units is None and write_units is None:
        raise ValueError("give read_units, write_units or both: units a second")
    if mode not in MODES:
        raise ValueError(f"mode is one of {', '.join(MODES)}, not {mode!r}")
    for units in (read_units, write_units):
        if units is not None and not units > 0:
            raise ValueError(f"units a second are more than 0, not {units!r}")
    given = {"Read": read_units, "Write": write_units}
    buckets = {kind: Bucket(units, burst_seconds) for kind, units in given.items() if units is not None}
    with virtual_time(seed) as clock:
        limits = Limits(table, index, mode, buckets, clock)
        with wiring.around_sends(Gate(limits)):
            yield limits
