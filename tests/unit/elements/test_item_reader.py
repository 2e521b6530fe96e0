"""ItemReader: which of its fields go with which input type."""

import pytest

import asl

READ = "arn:aws:states:::s3:getObject"


def told(**config):
    processor = {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
        "StartAt": "P",
        "States": {"P": {"Type": "Pass", "End": True}},
    }
    reader = {"Resource": READ, "Parameters": {"Bucket": "b", "Key": "k"}, "ReaderConfig": config}
    state = {"Type": "Map", "ItemReader": reader, "ItemProcessor": processor, "End": True}
    return [each.message for each in asl.validate({"StartAt": "M", "States": {"M": state}})]


@pytest.mark.parametrize(
    "config",
    [
        {"ManifestType": "S3_INVENTORY"},
        {"ManifestType": "ATHENA_DATA", "InputType": "PARQUET"},
        {"ManifestType": "ATHENA_DATA", "InputType": "JSONL"},
        {"ManifestType": "ATHENA_DATA", "InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
        {"InputType": "MANIFEST"},
        {"InputType": "JSON", "ItemsPointer": "/items"},
    ],
)
def test_what_goes_together(config):
    assert told(**config) == []


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (
            {"ManifestType": "ATHENA_DATA", "InputType": "JSON"},
            "Field 'ManifestType' is not supported with the",
        ),
        (
            {"ItemsPointer": "/a", "InputType": "JSONL"},
            "Field 'ItemsPointer' is not supported with the InputType",
        ),
        ({"CSVDelimiter": "TAB"}, "Field 'CSVDelimiter' is not supported with no InputType"),
        ({"InputType": "CSV"}, "The field 'CSVHeaderLocation' is required"),
    ],
)
def test_what_does_not(config, message):
    assert [each for each in told(**config) if each.startswith(message)]
