"""The models load, hold what lessons count on, and are described attribute by attribute."""

import json
import re
from pathlib import Path

import boto3
import pytest

from helpers import lab

DATA = Path(__file__).parents[2] / "data"
MODELS = sorted((DATA / "models").glob("*.json"))


def items(path):
    for table in json.loads(path.read_text(encoding="utf-8"))["DataModel"]:
        yield from table["TableData"]


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_model_loads_every_item(started, path):
    loaded = lab.load(path.stem)
    assert sum(loaded.values()) == len(list(items(path)))
    for name, count in loaded.items():
        assert boto3.client("dynamodb").scan(TableName=name)["Count"] == count, "no two items have one key"


def test_the_bank_holds_every_type_of_value():
    def types(value):
        ((kind, content),) = value.items()
        yield kind
        for part in content.values() if kind == "M" else content if kind == "L" else ():
            yield from types(part)

    found = {
        kind for path in MODELS for item in items(path) for value in item.values() for kind in types(value)
    }
    assert found >= {"S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS"}


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_the_readme_describes_every_attribute(path):
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    section = readme.split(f"### {path.name}")[1].split("###")[0]
    described = set(re.findall(r"`(\w+)`", section))
    assert {name for item in items(path) for name in item} <= described


def test_the_customer_of_the_syllabus_has_their_savings(started):
    lab.load("customer_products")
    key = {"customer_id": "CUST-1001", "product_id": "SAV-01"}
    item = boto3.resource("dynamodb").Table("CustomerProducts").get_item(Key=key)["Item"]
    assert (item["product_type"], item["balance"]) == ("savings", 1500)
