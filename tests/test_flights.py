"""The flights that lessons load are those that data/flights/README.md describes."""

import csv
import gzip
import hashlib
import io
import re
from collections import Counter
from pathlib import Path

import pytest

FLIGHTS = Path(__file__).parent.parent / "data" / "flights"
README = (FLIGHTS / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def text():
    return gzip.decompress((FLIGHTS / "flights.csv.gz").read_bytes())


@pytest.fixture(scope="module")
def flights(text):
    return list(csv.DictReader(io.StringIO(text.decode())))


def test_the_readme_names_the_text_by_its_hash(text):
    assert f"`{hashlib.sha256(text).hexdigest()}`" in README


def test_the_readme_describes_each_column_in_order(flights):
    assert re.findall(r"^\| `(\w+)` \|", README, re.M) == list(flights[0])


def test_the_readme_counts_right(flights):
    assert f"the {len(flights):,} domestic flights" in README
    assert f"{sum(not flight['tailnum'] for flight in flights)} flights" in README
    assert f"empty for {sum(not flight['arr_delay'] for flight in flights)} flights" in README
    assert f"`yes` ({sum(flight['cancelled'] == 'yes' for flight in flights)} flights)" in README
    assert f"one of {len({flight['dest'] for flight in flights})}" in README


def test_four_columns_name_one_flight(flights):
    keys = Counter((f["carrier"], f["flight"], f["flight_date"], f["origin"]) for f in flights)
    assert set(keys.values()) == {1}


def test_departure_is_the_date_and_the_time(flights):
    assert all(f["departure"] == f"{f['flight_date']}T{f['sched_dep_time']}" for f in flights)
    assert [f["departure"] for f in flights] == sorted(f["departure"] for f in flights)


def test_the_file_is_small():
    assert (FLIGHTS / "flights.csv.gz").stat().st_size < 400_000
