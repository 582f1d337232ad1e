"""Tables over their life: made, described, changed, listed, deleted; with tags, TTL and indexes."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.oracle.sides import Lab

UNITS = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
BY_CITY = {
    "IndexName": "by_city",
    "KeySchema": [{"AttributeName": "city", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "ALL"},
}
CITY = {"AttributeName": "city", "AttributeType": "S"}


@pytest.fixture
def lab():
    side = Lab("555555555555")
    side.empty()
    yield side
    side.empty()


def create(lab, name="Orders", **more) -> dict:
    request = {
        "TableName": name,
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        **({} if "ProvisionedThroughput" in more else {"BillingMode": "PAY_PER_REQUEST"}),
        **more,
    }
    answer = lab("CreateTable", **request)
    assert answer.error is None, answer
    return answer.result["TableDescription"]


def described(lab, name="Orders") -> dict:
    return lab("DescribeTable", TableName=name).result["Table"]


def add_index(lab, **more):
    return lab(
        "UpdateTable",
        TableName="Orders",
        AttributeDefinitions=[CITY],
        GlobalSecondaryIndexUpdates=[{"Create": {**BY_CITY, **more}}],
    )


def test_a_table_is_being_created_when_it_is_answered_and_active_when_it_is_described(lab):
    assert create(lab)["TableStatus"] == "CREATING"
    assert described(lab)["TableStatus"] == "ACTIVE"


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="Windows cannot change a process's time zone")
def test_a_table_was_created_now_whatever_the_time_zone(lab, monkeypatch):
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        assert abs(create(lab)["CreationDateTime"] - time.time()) < 60
    finally:
        monkeypatch.undo()
        time.tzset()


def test_an_index_is_being_created_with_its_table_and_then_active(lab):
    made = create(
        lab,
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}, CITY],
        GlobalSecondaryIndexes=[BY_CITY],
    )
    assert made["GlobalSecondaryIndexes"][0]["IndexStatus"] == "CREATING"
    assert described(lab)["GlobalSecondaryIndexes"][0]["IndexStatus"] == "ACTIVE"


def test_a_table_keeps_its_id_and_a_new_one_of_the_same_name_has_another(lab):
    first = create(lab)["TableId"]
    assert described(lab)["TableId"] == first
    lab("DeleteTable", TableName="Orders")
    assert create(lab)["TableId"] != first


def test_a_description_has_no_empty_lists(lab):
    create(lab)
    assert not [name for name, value in described(lab).items() if value == []]


def test_a_deleted_table_answers_once_more_and_is_gone(lab):
    create(lab)
    assert lab("DeleteTable", TableName="Orders").result["TableDescription"]["TableStatus"] == "DELETING"
    answer = lab("DescribeTable", TableName="Orders")
    assert str(answer) == "ResourceNotFoundException: Requested resource not found: Table: Orders not found"


@settings(max_examples=20)
@given(
    st.sets(st.text(alphabet="abcZ._-1", min_size=3, max_size=6), max_size=8),
    st.integers(1, 4),
    st.text(alphabet="abcZ._-1", min_size=3, max_size=4),
)
def test_tables_are_listed_in_order_and_in_pages_from_any_name_on(names, limit, start):
    lab = Lab("666666666666")
    lab.empty()
    for name in names:
        create(lab, name)
    listed, page = [], {"LastEvaluatedTableName": start}
    while "LastEvaluatedTableName" in page:
        after = page["LastEvaluatedTableName"]
        page = lab("ListTables", Limit=limit, ExclusiveStartTableName=after).result
        assert len(page["TableNames"]) <= limit
        listed += page["TableNames"]
    assert listed == sorted(name for name in names if name > start)


def test_an_index_is_added_filled_and_removed(lab):
    create(lab)
    lab("PutItem", TableName="Orders", Item={"pk": {"S": "a"}, "city": {"S": "Oslo"}})
    added = add_index(lab).result["TableDescription"]
    assert added["TableStatus"] == "UPDATING"
    assert added["GlobalSecondaryIndexes"][0]["IndexStatus"] == "CREATING"
    assert lab("Scan", TableName="Orders", IndexName="by_city").result["Count"] == 1

    gone = lab(
        "UpdateTable",
        TableName="Orders",
        GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by_city"}}],
    ).result["TableDescription"]
    assert gone["GlobalSecondaryIndexes"][0]["IndexStatus"] == "DELETING"
    after = described(lab)
    assert "GlobalSecondaryIndexes" not in after
    assert after["AttributeDefinitions"] == [{"AttributeName": "pk", "AttributeType": "S"}]


@pytest.mark.parametrize(("kind", "most"), [("HASH", 2048), ("RANGE", 1024)])
def test_a_new_index_passes_over_items_whose_key_no_write_could_give_it(lab, kind, most):
    """Empty, or one byte too long."""
    create(lab)
    for pk, city in {"empty": "", "long": "a" * (most + 1), "largest": "a" * most, "plain": "Oslo"}.items():
        item = {"pk": {"S": pk}, "city": {"S": city}, "country": {"S": "NO"}}
        lab("PutItem", TableName="Orders", Item=item)
    first = [{"AttributeName": "country", "KeyType": "HASH"}] if kind == "RANGE" else []
    by_city = {**BY_CITY, "KeySchema": [*first, {"AttributeName": "city", "KeyType": kind}]}
    lab(
        "UpdateTable",
        TableName="Orders",
        AttributeDefinitions=[CITY, {"AttributeName": "country", "AttributeType": "S"}],
        GlobalSecondaryIndexUpdates=[{"Create": by_city}],
    )
    indexed = lab("Scan", TableName="Orders", IndexName="by_city").result["Items"]
    assert {item["pk"]["S"] for item in indexed} == {"largest", "plain"}


def test_a_definition_that_no_key_uses_is_ignored_when_an_index_is_added(lab):
    create(lab)
    unused = {"AttributeName": "unused", "AttributeType": "S"}
    create_index = [{"Create": BY_CITY}]
    more = {"AttributeDefinitions": [CITY, unused], "GlobalSecondaryIndexUpdates": create_index}
    assert lab("UpdateTable", TableName="Orders", **more).error is None
    assert unused not in described(lab)["AttributeDefinitions"]


def test_adding_an_index_leaves_the_tables_own_definitions_in_place(lab):
    create(lab)
    add_index(lab)
    assert {one["AttributeName"] for one in described(lab)["AttributeDefinitions"]} == {"pk", "city"}


def test_a_key_keeps_its_type_whatever_an_update_defines(lab):
    create(lab)
    as_number = [{"AttributeName": "pk", "AttributeType": "N"}]
    lab("UpdateTable", TableName="Orders", AttributeDefinitions=as_number, TableClass="STANDARD")
    assert lab("PutItem", TableName="Orders", Item={"pk": {"S": "a"}}).error is None


def test_a_global_index_may_have_several_attributes_in_each_part_of_its_key(lab):
    """API GlobalSecondaryIndex: a query names all of the partition key, and of the sort key the first ones."""
    parts = {"country": "HASH", "city": "HASH", "street": "RANGE", "number": "RANGE"}
    where = {
        "IndexName": "where",
        "KeySchema": [{"AttributeName": name, "KeyType": kind} for name, kind in parts.items()],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }
    types = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", *parts)]
    create(lab, AttributeDefinitions=types, GlobalSecondaryIndexes=[where])
    for number in "123":
        place = {"country": "NO", "city": "Oslo", "street": "Gata", "number": number}
        lab("PutItem", TableName="Orders", Item={k: {"S": v} for k, v in {"pk": number, **place}.items()})

    def found(text, **values):
        bound = {f":{name}": {"S": value} for name, value in values.items()}
        request = {"KeyConditionExpression": text, "ExpressionAttributeValues": bound}
        if "#number" in text:
            request["ExpressionAttributeNames"] = {"#number": "number"}
        answer = lab("Query", TableName="Orders", IndexName="where", **request)
        return answer.message or [item["pk"]["S"] for item in answer.result["Items"]]

    town = "country = :n AND city = :o"
    assert found(town, n="NO", o="Oslo") == ["1", "2", "3"]
    house = f"{town} AND street = :g AND #number > :one"
    assert found(house, n="NO", o="Oslo", g="Gata", one="1") == ["2", "3"]
    refused = "Query key condition not supported: All"
    every_hash = f"{refused} HASH key attributes of the index must have an equality condition"
    assert found("country = :n", n="NO") == every_hash
    assert found("country = :n AND city > :o", n="NO", o="Oslo") == every_hash
    before_last = f"{refused} RANGE key attributes before the last one given must have an equality condition"
    assert found(f"{town} AND #number = :one", n="NO", o="Oslo", one="1") == before_last
    after_a_range = f"{town} AND street > :g AND #number = :one"
    assert found(after_a_range, n="NO", o="Oslo", g="A", one="1") == before_last


def test_a_new_throughput_is_told_once_the_table_is_active_with_the_time_of_the_change(lab):
    """The answer to UpdateTable still has the units as they were: dynalite's authors recorded it from the service."""
    create(lab, ProvisionedThroughput=UNITS)
    units = {"ReadCapacityUnits": 7, "WriteCapacityUnits": 5}
    told = lab("UpdateTable", TableName="Orders", ProvisionedThroughput=units).result["TableDescription"]
    assert told["TableStatus"] == "UPDATING"
    raised = told["ProvisionedThroughput"].pop("LastIncreaseDateTime")
    assert told["ProvisionedThroughput"] == {**UNITS, "NumberOfDecreasesToday": 0}
    now = {**units, "NumberOfDecreasesToday": 0, "LastIncreaseDateTime": raised}
    assert described(lab)["ProvisionedThroughput"] == now

    told = lab("UpdateTable", TableName="Orders", ProvisionedThroughput=UNITS).result["TableDescription"]
    assert told["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 0
    after = described(lab)["ProvisionedThroughput"]
    assert after["NumberOfDecreasesToday"] == 1 and after["LastDecreaseDateTime"] >= raised
    assert after["LastIncreaseDateTime"] == raised


def test_an_index_is_updating_while_its_throughput_changes(lab):
    add = {"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, CITY]}
    create(
        lab,
        ProvisionedThroughput=UNITS,
        GlobalSecondaryIndexes=[{**BY_CITY, "ProvisionedThroughput": UNITS}],
        **add,
    )
    more = {"IndexName": "by_city", "ProvisionedThroughput": {**UNITS, "WriteCapacityUnits": 9}}
    told = lab("UpdateTable", TableName="Orders", GlobalSecondaryIndexUpdates=[{"Update": more}])
    (index,) = told.result["TableDescription"]["GlobalSecondaryIndexes"]
    assert index["IndexStatus"] == "UPDATING"
    assert index["ProvisionedThroughput"]["WriteCapacityUnits"] == 5
    (index,) = described(lab)["GlobalSecondaryIndexes"]
    assert index["IndexStatus"] == "ACTIVE"
    assert index["ProvisionedThroughput"]["WriteCapacityUnits"] == 9


def test_an_index_needs_a_throughput_when_its_table_is_provisioned_again(lab):
    create(
        lab,
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}, CITY],
        GlobalSecondaryIndexes=[BY_CITY],
    )
    back = {"TableName": "Orders", "BillingMode": "PROVISIONED", "ProvisionedThroughput": UNITS}
    refused = lab("UpdateTable", **back).message
    assert refused.endswith("ProvisionedThroughput must be specified for index: by_city")
    update = [{"Update": {"IndexName": "by_city", "ProvisionedThroughput": UNITS}}]
    assert lab("UpdateTable", **back, GlobalSecondaryIndexUpdates=update).error is None
    assert described(lab)["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["ReadCapacityUnits"] == 5


def test_a_description_counts_the_items_of_an_index_that_nobody_read(lab):
    create(
        lab,
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}, CITY],
        GlobalSecondaryIndexes=[BY_CITY],
    )
    (index,) = described(lab)["GlobalSecondaryIndexes"]
    assert (index["ItemCount"], index["IndexSizeBytes"]) == (0, 0)
    lab("PutItem", TableName="Orders", Item={"pk": {"S": "a"}, "city": {"S": "Oslo"}})
    lab("PutItem", TableName="Orders", Item={"pk": {"S": "b"}})
    (index,) = described(lab)["GlobalSecondaryIndexes"]
    assert (index["ItemCount"], index["IndexSizeBytes"]) == (1, 11)
    assert (described(lab)["ItemCount"], described(lab)["TableSizeBytes"]) == (2, 14)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"TableClass": "STANDARD_INFREQUENT_ACCESS"}, "TableClassSummary"),
        ({"OnDemandThroughput": {"MaxReadRequestUnits": 10}}, "OnDemandThroughput"),
        ({"SSESpecification": {"Enabled": True}}, "SSEDescription"),
    ],
    ids=["table class", "most units on demand", "encryption"],
)
def test_what_a_table_is_given_later_is_described(lab, asked, told):
    assert told not in create(lab)
    assert lab("UpdateTable", TableName="Orders", **asked).error is None
    assert told in described(lab)
    if told == "SSEDescription":
        assert described(lab)[told]["KMSMasterKeyArn"].startswith("arn:aws:kms:")


def test_a_table_is_warmed_up_for_reads_alone(lab):
    create(lab)
    lab("UpdateTable", TableName="Orders", WarmThroughput={"ReadUnitsPerSecond": 13000})
    warm = {"ReadUnitsPerSecond": 13000, "WriteUnitsPerSecond": 4000, "Status": "ACTIVE"}
    assert described(lab)["WarmThroughput"] == warm


def test_a_table_being_warmed_up_is_told_as_it_was(lab):
    create(lab)
    told = lab("UpdateTable", TableName="Orders", WarmThroughput={"ReadUnitsPerSecond": 13000}).result
    warm = {"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000, "Status": "UPDATING"}
    assert told["TableDescription"]["WarmThroughput"] == warm


def test_a_change_of_the_table_class_is_told_with_its_time(lab):
    made = create(lab, TableClass="STANDARD")
    assert made["TableClassSummary"] == {"TableClass": "STANDARD"}
    lab("UpdateTable", TableName="Orders", TableClass="STANDARD_INFREQUENT_ACCESS")
    assert described(lab)["TableClassSummary"]["LastUpdateDateTime"] >= made["CreationDateTime"]


def test_a_table_made_on_demand_has_been_so_since_it_was_made(lab):
    for number in range(10):
        made = create(lab, f"Orders{number}")
        assert made["BillingModeSummary"]["LastUpdateToPayPerRequestDateTime"] == made["CreationDateTime"]


def test_a_table_is_as_warm_as_it_is_provisioned(lab):
    assert create(lab, ProvisionedThroughput=UNITS)["WarmThroughput"]["WriteUnitsPerSecond"] == 5
    more = {"ReadCapacityUnits": 9, "WriteCapacityUnits": 4}
    lab("UpdateTable", TableName="Orders", ProvisionedThroughput=more)
    warm = {"ReadUnitsPerSecond": 9, "WriteUnitsPerSecond": 5, "Status": "ACTIVE"}
    assert described(lab)["WarmThroughput"] == warm
    lab("UpdateTable", TableName="Orders", ProvisionedThroughput=UNITS)
    assert described(lab)["WarmThroughput"] == warm  # it never grows colder
    lab("UpdateTable", TableName="Orders", BillingMode="PAY_PER_REQUEST")
    assert described(lab)["WarmThroughput"]["ReadUnitsPerSecond"] == 12000


def test_a_policy_goes_with_its_table(lab):
    arn = create(lab)["TableArn"]
    lab("PutResourcePolicy", ResourceArn=arn, Policy="{}")
    lab("DeleteTable", TableName="Orders")
    create(lab)
    assert lab("GetResourcePolicy", ResourceArn=arn).error == "PolicyNotFoundException"


def test_a_table_changes_from_provisioned_to_on_demand_and_back(lab):
    assert "BillingModeSummary" not in create(lab, ProvisionedThroughput=UNITS)
    lab("UpdateTable", TableName="Orders", BillingMode="PAY_PER_REQUEST")
    table = described(lab)
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert table["ProvisionedThroughput"]["ReadCapacityUnits"] == 0
    lab("UpdateTable", TableName="Orders", BillingMode="PROVISIONED", ProvisionedThroughput=UNITS)
    assert described(lab)["BillingModeSummary"]["BillingMode"] == "PROVISIONED"


def test_a_table_on_demand_still_tells_when_its_units_last_rose_and_fell(lab):
    create(lab, ProvisionedThroughput=UNITS)
    lab("UpdateTable", TableName="Orders", ProvisionedThroughput={**UNITS, "ReadCapacityUnits": 9})
    lab("UpdateTable", TableName="Orders", ProvisionedThroughput=UNITS)
    before = described(lab)["ProvisionedThroughput"]
    lab("UpdateTable", TableName="Orders", BillingMode="PAY_PER_REQUEST")
    none = {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}
    assert described(lab)["ProvisionedThroughput"] == {**before, **none}
    assert {"LastIncreaseDateTime", "LastDecreaseDateTime"} < set(before)


def test_a_stream_can_be_enabled_once_and_disabled_once(lab):
    create(lab)
    on = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    assert lab("UpdateTable", TableName="Orders", StreamSpecification=on).error is None
    assert (
        "already has an enabled stream"
        in lab("UpdateTable", TableName="Orders", StreamSpecification=on).message
    )
    off = {"StreamEnabled": False}
    assert lab("UpdateTable", TableName="Orders", StreamSpecification=off).error is None
    assert "has no stream" in lab("UpdateTable", TableName="Orders", StreamSpecification=off).message


def test_a_change_of_ttl_soon_after_another_is_refused(lab):
    create(lab)
    on = {"Enabled": True, "AttributeName": "expires"}
    assert lab("UpdateTimeToLive", TableName="Orders", TimeToLiveSpecification=on).error is None
    ttl = lab("DescribeTimeToLive", TableName="Orders").result["TimeToLiveDescription"]
    assert ttl == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}
    again = lab("UpdateTimeToLive", TableName="Orders", TimeToLiveSpecification=on)
    assert again.message == "TimeToLive is already enabled"
    off = lab("UpdateTimeToLive", TableName="Orders", TimeToLiveSpecification={**on, "Enabled": False})
    assert off.message == "Time to live has been modified multiple times within a fixed interval"


def test_tags_are_added_replaced_removed_and_limited_to_fifty(lab):
    arn = create(lab, Tags=[{"Key": "a", "Value": "1"}])["TableArn"]
    lab("TagResource", ResourceArn=arn, Tags=[{"Key": "a", "Value": "2"}, {"Key": "b", "Value": "3"}])
    tags = lab("ListTagsOfResource", ResourceArn=arn).result["Tags"]
    assert tags == [{"Key": "a", "Value": "2"}, {"Key": "b", "Value": "3"}]
    lab("UntagResource", ResourceArn=arn, TagKeys=["a", "never there"])
    assert lab("ListTagsOfResource", ResourceArn=arn).result["Tags"] == [{"Key": "b", "Value": "3"}]
    many = [{"Key": f"tag{n}", "Value": ""} for n in range(50)]
    assert lab("TagResource", ResourceArn=arn, Tags=many).error == "ValidationException"
    assert len(lab("ListTagsOfResource", ResourceArn=arn).result["Tags"]) == 1


def test_tags_are_words_with_few_signs(lab):
    arn = create(lab)["TableArn"]
    for sign in '!#%^$&"><;)|\\':
        for tag in ({"Key": f"a{sign}", "Value": "1"}, {"Key": "a", "Value": f"1{sign}"}):
            assert lab("TagResource", ResourceArn=arn, Tags=[tag]).error == "ValidationException"
    tag = {"Key": "Größe 大:/=+-@_.", "Value": ""}
    lab("TagResource", ResourceArn=arn, Tags=[tag])
    assert lab("ListTagsOfResource", ResourceArn=arn).result["Tags"] == [tag]


@pytest.mark.parametrize("resource", ["Orders", "table/Orders", "a:b:c:d:e:f"])
def test_who_names_no_arn_may_not_tag(lab, resource):
    answer = lab("TagResource", ResourceArn=resource, Tags=[{"Key": "a", "Value": "1"}])
    assert answer.error == "AccessDeniedException"
    assert answer.message.endswith(
        f"is not authorized to perform: dynamodb:TagResource on resource: {resource}"
    )
