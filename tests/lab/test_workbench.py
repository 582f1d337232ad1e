"""Any NoSQL Workbench model loads; a file that is none says which key is wrong."""

import json
from decimal import Decimal

import boto3
import pytest
from boto3.dynamodb.types import Binary

from helpers import lab

KEY = {"PartitionKey": {"AttributeName": "pk", "AttributeType": "S"}}
PAIR = KEY | {"SortKey": {"AttributeName": "sk", "AttributeType": "N"}}


def write(tmp_path, *tables, name="model.json"):
    path = tmp_path / name
    path.write_text(json.dumps({"ModelName": "Test", "DataModel": list(tables)}))
    return path


def table(name="Things", keys=KEY, **more):
    return {"TableName": name, "KeyAttributes": keys, **more}


def test_several_tables_and_only_one_of_them(tmp_path, started):
    path = write(tmp_path, table("First"), table("Second", PAIR))
    assert lab.load(path) == {"First": 0, "Second": 0}
    lab.reset()
    assert lab.load(path, table="Second") == {"Second": 0}
    assert boto3.client("dynamodb").list_tables()["TableNames"] == ["Second"]


def test_values_of_every_type_arrive_as_they_were_written(tmp_path, started):
    row = {
        "pk": {"S": "a"}, "text": {"S": ""}, "number": {"N": "-1.50"}, "bytes": {"B": "AAEC"},
        "yes": {"BOOL": True}, "nothing": {"NULL": True}, "list": {"L": [{"N": "1"}, {"S": "b"}]},
        "map": {"M": {"inner": {"M": {"deep": {"NS": ["1", "2"]}}}}},
        "texts": {"SS": ["x", "y"]}, "blobs": {"BS": ["AA=="]},
    }  # fmt: skip
    assert lab.load(write(tmp_path, table(TableData=[row]))) == {"Things": 1}
    item = boto3.resource("dynamodb").Table("Things").get_item(Key={"pk": "a"})["Item"]
    assert item == {
        "pk": "a", "text": "", "number": Decimal("-1.5"), "bytes": Binary(b"\x00\x01\x02"),
        "yes": True, "nothing": None, "list": [Decimal(1), "b"],
        "map": {"inner": {"deep": {Decimal(1), Decimal(2)}}},
        "texts": {"x", "y"}, "blobs": {Binary(b"\x00")},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("projection", "described"),
    [
        ({"ProjectionType": "ALL"}, {"ProjectionType": "ALL"}),
        ({"ProjectionType": "KEYS_ONLY"}, {"ProjectionType": "KEYS_ONLY"}),
        (
            {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["a", "b"]},
            {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["a", "b"]},
        ),
        (None, {"ProjectionType": "ALL"}),
    ],
)
def test_indexes_of_every_projection(tmp_path, started, projection, described):
    index = {
        "IndexName": "by-owner",
        "KeyAttributes": {
            "PartitionKey": {"AttributeName": "owner", "AttributeType": "S"},
            "SortKey": {"AttributeName": "sk", "AttributeType": "N"},
        },
    } | ({"Projection": projection} if projection else {})
    rows = [{"pk": {"S": "a"}, "sk": {"N": "1"}}, {"pk": {"S": "a"}, "sk": {"N": "2"}, "owner": {"S": "o"}}]
    lab.load(write(tmp_path, table(keys=PAIR, GlobalSecondaryIndexes=[index], TableData=rows)))
    client = boto3.client("dynamodb")
    found = client.describe_table(TableName="Things")["Table"]["GlobalSecondaryIndexes"][0]
    assert found["Projection"] == described
    assert client.scan(TableName="Things", IndexName="by-owner")["Count"] == 1


def test_local_indexes_and_provisioned_throughput(tmp_path, started):
    index = {"IndexName": "by-date", "KeyAttributes": KEY | {
        "SortKey": {"AttributeName": "date", "AttributeType": "S"}}}  # fmt: skip
    path = write(tmp_path, table(
        keys=PAIR, LocalSecondaryIndexes=[index], BillingMode="PROVISIONED",
        ProvisionedCapacitySettings={"ProvisionedThroughput": {"ReadCapacityUnits": 7, "WriteCapacityUnits": 3}},
    ))  # fmt: skip
    lab.load(path)
    found = boto3.client("dynamodb").describe_table(TableName="Things")["Table"]
    assert found["LocalSecondaryIndexes"][0]["IndexName"] == "by-date"
    assert found["ProvisionedThroughput"]["ReadCapacityUnits"] == 7


def test_facets_samples_and_whatever_else_workbench_keeps_are_ignored(tmp_path, started):
    extras = {"TableFacets": [{"FacetName": "f"}], "DataAccess": {"MySql": {}}, "SampleDataFormats": {},
              "NonKeyAttributes": [{"AttributeName": "x", "AttributeType": "S"}]}  # fmt: skip
    assert lab.load(write(tmp_path, table(**extras))) == {"Things": 0}


def test_many_items_are_loaded_in_batches(tmp_path, started):
    rows = [{"pk": {"S": f"{i:03}"}} for i in range(120)]
    assert lab.load(write(tmp_path, table(TableData=rows))) == {"Things": 120}
    assert boto3.resource("dynamodb").Table("Things").scan()["Count"] == 120


def test_loading_again_replaces_the_table(tmp_path, started):
    path = write(tmp_path, table(TableData=[{"pk": {"S": "a"}}]))
    lab.load(path)
    things = boto3.resource("dynamodb").Table("Things")
    things.put_item(Item={"pk": "mine"})
    lab.load(path)
    assert [item["pk"] for item in things.scan()["Items"]] == ["a"]


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("not json", "cannot be read as JSON"),
        ("[1]", "model.json is a list, not a JSON object with the key 'DataModel'"),
        ('{"ModelName": "x"}', "model.json has no 'DataModel'"),
        ('{"DataModel": {}}', r"model.json.DataModel is an object, where a list belongs"),
        ('{"DataModel": [{}]}', r"DataModel\[0\] has no 'TableName'"),
        ('{"DataModel": [{"TableName": "T"}]}', r"DataModel\[0\] has no 'KeyAttributes'"),
        (
            '{"DataModel": [{"TableName": "T", "KeyAttributes": {"PartitionKey": {"AttributeName": "a", "AttributeType": "BOOL"}}}]}',
            r"DataModel\[0\].KeyAttributes.PartitionKey.AttributeType is 'BOOL': a key is one of S, N, B",
        ),
    ],
)
def test_a_file_that_is_no_model_says_which_key_is_wrong(tmp_path, started, model, words):
    path = tmp_path / "model.json"
    path.write_text(model)
    with pytest.raises(lab.LabError, match=words):
        lab.load(path)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("plain", r'TableData\[0\].x is not a typed value such as {"S": "text"}'),
        ({"Q": 1}, r"TableData\[0\].x has the type 'Q', which DynamoDB does not know"),
        ({"B": "%%%"}, r"TableData\[0\].x is not a value of type B"),
        ({"S": 1}, r"TableData\[0\].x is not a value of type S: 1 is not text"),
        ({"L": [{"M": {"y": 5}}]}, r"TableData\[0\].x\[0\].y is not a typed value"),
    ],
)
def test_sample_data_that_is_wrong_says_where(tmp_path, started, value, words):
    path = write(tmp_path, table(TableData=[{"pk": {"S": "a"}, "x": value}]))
    with pytest.raises(lab.LabError, match=words):
        lab.load(path)
    assert boto3.client("dynamodb").list_tables()["TableNames"] == []


def test_an_unknown_model_names_those_that_exist(started):
    with pytest.raises(lab.LabError, match="no model 'nothing'. The course has: .*customer_products"):
        lab.load("nothing")


def test_an_unknown_table_names_those_that_exist(tmp_path, started):
    with pytest.raises(lab.LabError, match="has no table 'Third'. It has: First, Second"):
        lab.load(write(tmp_path, table("First"), table("Second")), table="Third")


def test_every_model_of_the_course_loads(started):
    models = sorted(lab.MODELS.glob("*.json"))
    assert models
    for path in models:
        assert all(count > 0 for count in lab.load(path).values()), path.name


def test_explain_prints_a_call_that_works(tmp_path, started, capsys):
    lab.explain(write(tmp_path, table(keys=PAIR)))
    printed = capsys.readouterr().out
    assert printed.startswith("client.create_table(")
    exec(printed, {"client": boto3.client("dynamodb")})  # noqa: S102 - it is our own words that are tested
    assert boto3.client("dynamodb").list_tables()["TableNames"] == ["Things"]
