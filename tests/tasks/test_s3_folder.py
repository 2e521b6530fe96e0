import os

import pytest
from botocore.exceptions import ClientError

from emulator.tasks.maps.s3_folder import S3Folder

BUCKET = "data-bucket"


@pytest.fixture
def root(tmp_path):
    (tmp_path / "store" / BUCKET).mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("secret")
    return tmp_path / "store"


@pytest.fixture
def s3(root):
    return S3Folder(root)


def code(work):
    with pytest.raises(ClientError) as caught:
        work()
    return caught.value.response["Error"]["Code"]


def read(s3, key, **more):
    body = s3.get_object(Bucket=BUCKET, Key=key, **more)["Body"]
    try:
        return body.read()
    finally:
        body.close()


def test_an_object_is_a_file(s3, root):
    s3.put_object(Bucket=BUCKET, Key="a/b.json", Body=b"[1]", ContentType="application/json")
    assert (root / BUCKET / "a" / "b.json").read_bytes() == b"[1]"
    answer = s3.get_object(Bucket=BUCKET, Key="a/b.json")
    assert answer["ContentLength"] == 3
    assert answer["ContentType"] == "application/json"
    assert [answer["Body"].read(2), answer["Body"].read(2), answer["Body"].read(2)] == [b"[1", b"]", b""]
    answer["Body"].close()
    head = s3.head_object(Bucket=BUCKET, Key="a/b.json")
    assert head["ETag"] == answer["ETag"]
    (root / BUCKET / "by-hand.txt").write_text("x")
    assert read(s3, "by-hand.txt") == b"x"


@pytest.mark.parametrize(
    ("span", "found"),
    [
        ("bytes=0-2", b"012"),
        ("bytes=7-", b"789"),
        ("bytes=-2", b"89"),
        ("bytes=8-99", b"89"),
        ("bytes=3-3", b"3"),
    ],
)
def test_parts_of_an_object(s3, span, found):
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"0123456789")
    assert read(s3, "k", Range=span) == found
    answer = s3.get_object(Bucket=BUCKET, Key="k", Range=span)
    assert answer["ContentLength"] == len(found)
    answer["Body"].close()


def test_what_is_not_there(s3):
    assert code(lambda: s3.get_object(Bucket=BUCKET, Key="k")) == "NoSuchKey"
    assert code(lambda: s3.head_object(Bucket=BUCKET, Key="k")) == "NoSuchKey"
    assert code(lambda: s3.get_object(Bucket="no-such", Key="k")) == "NoSuchBucket"
    assert code(lambda: s3.put_object(Bucket="no-such", Key="k")) == "NoSuchBucket"
    assert code(lambda: s3.list_objects_v2(Bucket="no-such")) == "NoSuchBucket"
    s3.put_object(Bucket=BUCKET, Key="a/b", Body=b"1")
    assert code(lambda: s3.get_object(Bucket=BUCKET, Key="a")) == "NoSuchKey"
    assert code(lambda: s3.get_object(Bucket=BUCKET, Key="a/b", Range="bytes=5-9")) == "InvalidRange"
    assert code(lambda: s3.get_object(Bucket=BUCKET, Key="a/b", VersionId="1")) == "NoSuchVersion"


@pytest.mark.parametrize("bucket", ["..", ".", "", "../store/data-bucket", ".uploads", "a..b", "/etc", "a/b"])
def test_buckets_that_lead_elsewhere(s3, bucket):
    assert code(lambda: s3.get_object(Bucket=bucket, Key="secret.txt")) == "NoSuchBucket"
    assert code(lambda: s3.list_objects_v2(Bucket=bucket)) == "NoSuchBucket"


@pytest.mark.parametrize(
    "key", ["../../secret.txt", "a/../../../secret.txt", "/etc/passwd", "a//b", "", ".", "a/", "x\0y"]
)
def test_keys_that_lead_elsewhere(s3, key):
    assert code(lambda: s3.get_object(Bucket=BUCKET, Key=key)) == "InvalidArgument"
    assert code(lambda: s3.put_object(Bucket=BUCKET, Key=key, Body=b"1")) == "InvalidArgument"
    assert code(lambda: s3.create_multipart_upload(Bucket=BUCKET, Key=key)) == "InvalidArgument"


def test_links_that_lead_elsewhere(s3, root):
    os.symlink(root.parent, root / BUCKET / "out")
    os.symlink(root.parent / "secret.txt", root / BUCKET / "file")
    assert code(lambda: s3.get_object(Bucket=BUCKET, Key="out/secret.txt")) == "InvalidArgument"
    assert code(lambda: s3.get_object(Bucket=BUCKET, Key="file")) == "InvalidArgument"
    assert s3.list_objects_v2(Bucket=BUCKET, Prefix="out/")["Contents"] == []


@pytest.mark.parametrize("prefix", ["../", "../../", "/", "a/../../"])
def test_prefixes_that_lead_elsewhere(s3, prefix):
    assert s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix)["Contents"] == []


def test_a_listing_in_pages(s3):
    for key in ("b/2", "a-b", "b/1", "é", "a/1"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=key.encode())
    keys = []
    token = {}
    while True:
        page = s3.list_objects_v2(Bucket=BUCKET, MaxKeys=2, **token)
        keys += [each["Key"] for each in page["Contents"]]
        assert page["KeyCount"] == len(page["Contents"]) <= 2
        if not page["IsTruncated"]:
            break
        token = {"ContinuationToken": page["NextContinuationToken"]}
    assert keys == ["a-b", "a/1", "b/1", "b/2", "é"]
    assert [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET, Prefix="b")["Contents"]] == [
        "b/1",
        "b/2",
    ]
    assert [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET, StartAfter="b/1")["Contents"]] == [
        "b/2",
        "é",
    ]
    assert s3.list_objects_v2(Bucket=BUCKET, Prefix="none/")["Contents"] == []


def test_an_object_in_parts(s3, root):
    place = {"Bucket": BUCKET, "Key": "big/file"}
    upload = s3.create_multipart_upload(**place)["UploadId"]
    parts = [
        {
            "PartNumber": number,
            "ETag": s3.upload_part(**place, UploadId=upload, PartNumber=number, Body=body)["ETag"],
        }
        for number, body in ((1, b"one "), (2, b"two "), (3, b"three"))
    ]
    assert code(lambda: s3.get_object(**place)) == "NoSuchKey"
    s3.complete_multipart_upload(**place, UploadId=upload, MultipartUpload={"Parts": parts})
    assert read(s3, "big/file") == b"one two three"
    assert list((root / ".uploads").iterdir()) == []
    assert code(lambda: s3.upload_part(**place, UploadId=upload, PartNumber=1, Body=b"")) == "NoSuchUpload"


def test_an_upload_that_is_given_up_or_is_none(s3, root):
    place = {"Bucket": BUCKET, "Key": "k"}
    upload = s3.create_multipart_upload(**place)["UploadId"]
    missing = {"Parts": [{"PartNumber": 1, "ETag": "x"}]}
    assert (
        code(lambda: s3.complete_multipart_upload(**place, UploadId=upload, MultipartUpload=missing))
        == "InvalidPart"
    )
    s3.abort_multipart_upload(**place, UploadId=upload)
    assert list((root / ".uploads").iterdir()) == []
    for bad in (upload, "../..", "", "x" * 32):
        assert code(lambda bad=bad: s3.abort_multipart_upload(**place, UploadId=bad)) == "NoSuchUpload"
    assert list((root / BUCKET).iterdir()) == []


def test_a_file_that_could_not_be_written_in_full_is_not_there(s3, root):
    class Breaking:
        def read(self, size):
            raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        s3.put_object(Bucket=BUCKET, Key="k", Body=Breaking())
    assert list((root / BUCKET).iterdir()) == []
    assert list((root / ".uploads").iterdir()) == []
