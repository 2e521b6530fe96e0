"""Archives: what is refused of them, before and while they are unpacked."""

import zipfile

import pytest

from emulator.functions import code
from emulator.functions.errors import InvalidParameterValueException
from tests.functions.shared import zipped


def test_an_archive_is_unpacked_with_its_folders(tmp_path):
    script = zipfile.ZipInfo("bin/run")
    script.external_attr = 0o100755 << 16
    archive = zipped([("a/b/c.py", "x = 1"), ("empty/", ""), (script, "#!/bin/sh")])
    code.check(archive)
    code.unpack(archive, tmp_path)
    assert (tmp_path / "a/b/c.py").read_text() == "x = 1"
    assert (tmp_path / "empty").is_dir()
    assert (tmp_path / "bin/run").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "a/b/c.py").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize(
    "name", ["../up.py", "/etc/passwd", "a/../../up.py", "..\\up.py", "C:/x.py", "C:\\x.py"]
)
def test_files_outside_the_archive_are_refused(tmp_path, name):
    archive = zipped({name: "x"})
    with pytest.raises(InvalidParameterValueException, match="outside itself"):
        code.check(archive)
    with pytest.raises(InvalidParameterValueException, match="outside itself"):
        code.unpack(archive, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_links_are_left_out(tmp_path):
    link = zipfile.ZipInfo("passwd")
    link.external_attr = 0o120777 << 16
    archive = zipped([(link, "/etc/passwd"), ("passwd/x", "y")])
    code.unpack(archive, tmp_path)
    assert not (tmp_path / "passwd").is_symlink()
    assert (tmp_path / "passwd" / "x").read_text() == "y"


@pytest.mark.parametrize("archive", [b"", b"no archive", b"PK\x05\x06", zipped({"a": "b"})[:-5]], ids=len)
def test_what_is_no_archive_is_refused(archive):
    with pytest.raises(InvalidParameterValueException, match="Could not unzip uploaded file"):
        code.check(archive)


def test_an_empty_archive_is_refused():
    with pytest.raises(InvalidParameterValueException, match="non-empty"):
        code.check(zipped({}))


def test_an_archive_that_is_too_large_is_refused(monkeypatch):
    archive = zipped({"a": "b"})
    monkeypatch.setattr(code, "MAX_ZIPPED", len(archive) - 1)
    with pytest.raises(InvalidParameterValueException, match="at most"):
        code.check(archive)


def test_an_archive_that_swells_is_refused(tmp_path, monkeypatch):
    archive = zipped({"a": "0" * 2_000_000})
    assert len(archive) < 5000
    monkeypatch.setattr(code, "MAX_UNZIPPED", 1_999_999)
    with pytest.raises(InvalidParameterValueException, match="Unzipped size must be smaller"):
        code.check(archive)


def test_an_archive_that_lies_about_its_size_is_refused_while_it_is_unpacked(tmp_path, monkeypatch):
    """Its directory says ten bytes; Python's reader gives no more, and finds the checksum wrong."""
    archive = zipped({"a": "0" * 2_000_000})
    size = (2_000_000).to_bytes(4, "little")
    lying = archive.replace(size, (10).to_bytes(4, "little"))
    code.check(lying)
    with pytest.raises(InvalidParameterValueException, match="cannot be unpacked"):
        code.unpack(lying, tmp_path)


def test_too_many_files_are_refused(monkeypatch):
    monkeypatch.setattr(code, "MAX_FILES", 2)
    with pytest.raises(InvalidParameterValueException, match="Unzipped size"):
        code.check(zipped(dict.fromkeys("abc", "")))


def test_a_broken_file_is_told(tmp_path):
    archive = bytearray(zipped({"a": "text that is stored " * 50}))
    archive[40] ^= 0xFF
    code.check(bytes(archive))
    with pytest.raises(InvalidParameterValueException, match="cannot be unpacked"):
        code.unpack(bytes(archive), tmp_path)


def test_a_broken_archive_does_not_harm_the_function_that_is_called(world):
    archive = bytearray(zipped({"handler.py": "text that is stored " * 50}))
    archive[50] ^= 0xFF
    world.create(Code={"ZipFile": bytes(archive)})
    with pytest.raises(world.client.exceptions.InvalidParameterValueException, match="cannot be unpacked"):
        world.call()
    assert world.functions.runs.processes() == 0


@pytest.mark.parametrize("archive", [b"no archive", zipped({"../x": ""})])
def test_they_are_refused_when_the_function_is_made(world, archive):
    with pytest.raises(world.client.exceptions.InvalidParameterValueException):
        world.create(Code={"ZipFile": archive})
    world.create()
    with pytest.raises(world.client.exceptions.InvalidParameterValueException):
        world.client.update_function_code(FunctionName="f", ZipFile=archive)
    assert world.result(1) == 1
