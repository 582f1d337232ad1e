"""Workloads: what callers ask of a table, as data frames.

Every workload has a row for each request, or for several alike, and the columns

    second      when, counted from 0
    key         the partition key, a pandas category (codes and a small table of names)
    operation   "read" or "write", a category
    units       read or write units of one request

and may have `requests` (how many a row stands for), `adds` (bytes that one served write adds to the table),
a sort key, the keys of indexes, and `index` (which one a read asks; missing: the table). Everything drawn by chance is seeded.
"""

from collections.abc import Iterable

import numpy as np

HOUR, DAY = 3_600, 86_400


def frame(second, key, names, operation: str = "write", units: float = 1.0, **columns):
    """A workload from arrays. key: for each row its place in `names`. columns: any of the optional ones."""
    import pandas as pd

    second = np.asarray(second, dtype=np.int32)
    operations = np.full(len(second), ("read", "write").index(operation), dtype=np.int8)
    return pd.DataFrame(
        {
            "second": second,
            "key": pd.Categorical.from_codes(key, names),
            "operation": pd.Categorical.from_codes(operations, ["read", "write"]),
            "units": np.full(len(second), units, dtype=np.float32),
            **columns,
        },
        copy=False,
    )


def steady(rate: int, seconds: int, key: str = "K-1", start: int = 0, **options):
    """The same number of requests every second for one key."""
    second = np.arange(start, start + seconds)
    codes = np.zeros(seconds, dtype=np.int8)
    return frame(second, codes, [key], requests=np.full(seconds, rate, dtype=np.int64), **options)


def uniform(requests: int, keys: int, seconds: int, seed: int = 0, **options):
    """Every key and every second is as likely as any other."""
    return _drawn(requests, keys, seconds, seed, None, options)


def zipf(requests: int, keys: int, seconds: int, exponent: float = 1.0, seed: int = 0, **options):
    """A few popular keys and a long tail: the k-th key gets a share in proportion to 1 / k ** exponent."""
    return _drawn(requests, keys, seconds, seed, 1.0 / np.arange(1, keys + 1) ** exponent, options)


def one_hot_key(requests: int, keys: int, seconds: int, share: float = 0.5, seed: int = 0, **options):
    """The first key gets `share` of the requests, the others divide the rest evenly."""
    weights = np.full(keys, (1 - share) / max(1, keys - 1))
    weights[0] = share
    return _drawn(requests, keys, seconds, seed, weights, options)


def sale_day(
    requests: int, keys: int, seconds: int = DAY, opens: int = 12 * HOUR, lasts: int = HOUR, times: float = 10,
    exponent: float = 1.0, seed: int = 0, **options,
):  # fmt: skip
    """A day of Zipf traffic with `times` as much a second while a sale lasts."""
    weights = np.ones(seconds)
    weights[opens : opens + lasts] = times
    options["when"] = weights / weights.sum()
    return _drawn(requests, keys, seconds, seed, 1.0 / np.arange(1, keys + 1) ** exponent, options)


def monotonic_ids(rate: int, seconds: int, key: str = "LOG", **options):
    """Every write puts a new item behind the last one of the same collection: sort keys that only grow.

    The sort key is in column `sort`.
    """
    second = np.repeat(np.arange(seconds, dtype=np.int32), rate)
    codes = np.zeros(len(second), dtype=np.int8)
    return frame(second, codes, [key], sort=np.arange(len(second), dtype=np.int64), **options)


def intervals(starts, ends, key, rate: int = 1, step: int = 1, **options):
    """Things that report for as long as they last: `rate` requests a second from start to end.

    starts, ends: seconds, one of each for every thing. key: its partition key. step: a thing reports every so
    many seconds, `rate * step` requests together; the seconds differ between things. Rows are in order of time.
    """
    import pandas as pd

    starts, ends = np.asarray(starts, dtype=np.int64), np.asarray(ends, dtype=np.int64)
    rows = []
    # Which thing reports in which second, an hour at a time: read row by row, that is in order of time.
    for hour in range(0, int(ends.max(initial=0)), HOUR):
        reports = np.zeros((HOUR, len(starts)), dtype=bool)
        for thing in np.flatnonzero((starts < hour + HOUR) & (ends > hour)):
            first = starts[thing] + (thing - starts[thing]) % step
            first += max(0, -(-(hour - first) // step)) * step
            reports[first - hour : max(0, ends[thing] - hour) : step, thing] = True
        second, thing = np.nonzero(reports)
        rows.append(((second + hour).astype(np.int32), thing.astype(np.int32)))
    second, thing = (np.concatenate(part) for part in zip(*rows, strict=True)) if rows else ([], [])
    thing = np.asarray(thing, dtype=np.int32)
    column = pd.Categorical(key)
    many = np.full(len(thing), rate * step, dtype=np.int32)
    return frame(second, column.codes[thing], column.categories, requests=many, thing=thing, **options)


def with_key(workload, key_of_thing):
    """The same requests under another partition key; key_of_thing: the key of each thing in column `thing`."""
    import pandas as pd

    column = pd.Categorical(key_of_thing)
    codes = column.codes[workload["thing"].to_numpy()]
    return workload.assign(key=pd.Categorical.from_codes(codes, column.categories))


def sharded(workload, shards: int, seed: int = 0):
    """Write sharding: each request goes to one of `shards` keys, `key#0` to `key#n`, drawn at random.

    A row that stands for several requests is divided among the shards.
    """
    import pandas as pd

    key = workload["key"].astype("category").cat
    names = [f"{name}#{shard}" for name in key.categories for shard in range(shards)]
    codes = key.codes.to_numpy().astype(np.int64) * shards
    if "requests" not in workload:
        codes = codes + np.random.default_rng(seed).integers(shards, size=len(workload))
        return workload.assign(key=pd.Categorical.from_codes(codes, names))
    many = workload.loc[workload.index.repeat(shards)]
    shard = np.tile(np.arange(shards), len(workload))
    each, left = np.divmod(many["requests"].to_numpy(), shards)
    # What does not divide goes to shards in turn, another one first in every row.
    turn = (shard + np.repeat(np.arange(len(workload)), shards)) % shards
    many = many.assign(
        key=pd.Categorical.from_codes(np.repeat(codes, shards) + shard, names), requests=each + (turn < left)
    )
    return many[many["requests"] > 0].reset_index(drop=True)


def together(*workloads):
    """Several workloads on one table, in order of time."""
    import pandas as pd

    merged = pd.concat([_plain(workload) for workload in workloads], ignore_index=True)
    for name in ("key", "operation"):
        merged[name] = pd.Categorical(merged[name])
    if "requests" in merged:
        merged["requests"] = merged["requests"].fillna(1).astype(np.int64)
    if "adds" in merged:
        merged["adds"] = merged["adds"].fillna(0)
    return merged.sort_values("second", kind="stable", ignore_index=True)


def _plain(workload):
    return workload.astype({"key": object, "operation": object})


def _drawn(requests: int, keys: int, seconds: int, seed: int, weights: Iterable[float] | None, options: dict):
    """Draw a key and a second for each request, independently."""
    chance = np.random.default_rng(seed)
    when = options.pop("when", None)
    per_second = chance.multinomial(requests, np.full(seconds, 1 / seconds) if when is None else when)
    second = np.repeat(np.arange(seconds, dtype=np.int32), per_second)
    if weights is None:
        key = chance.integers(keys, size=requests, dtype=np.int32)
    else:
        edges = np.cumsum(weights)
        key = np.searchsorted(edges, chance.random(requests) * edges[-1], side="right").astype(np.int32)
    return frame(second, key, [f"K-{number:06d}" for number in range(1, keys + 1)], **options)
