from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest

from banso.core.errors import ConfigError, ItemError
from ingest.archive import Limits, open_tree


def archive(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in entries.items():
            file.writestr(name, data)
    return path


def test_zip_and_folder_read_alike(tmp_path: Path) -> None:
    files = {"users.json": b"[]", "一般/2026-04-01.json": "こんにちは".encode()}
    for name, data in files.items():
        path = tmp_path / "folder" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    for tree in (open_tree(tmp_path / "folder"), open_tree(archive(tmp_path / "a.zip", files))):
        assert {name: tree.read(name) for name in tree.names()} == files
        assert tree.refused == ()
        tree.close()


@pytest.mark.parametrize(
    "name", ["../evil.json", "/etc/evil.json", "a/../../evil.json", "C:/evil.json", "..\\evil.json"]
)
def test_paths_that_lead_outside_are_refused_and_the_rest_is_read(tmp_path: Path, name: str) -> None:
    tree = open_tree(archive(tmp_path / "a.zip", {name: b"x", "good.json": b"[]"}))
    assert tree.names() == ["good.json"]
    assert "outside" in tree.refused[0].error


def test_symbolic_links_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(link, "/etc/passwd")
    assert open_tree(tmp_path / "a.zip").refused[0].path == "link"
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "passwd").symlink_to("/etc/passwd")
    (folder / "up").symlink_to(tmp_path)
    tree = open_tree(folder)
    assert tree.names() == []
    assert {failure.path for failure in tree.refused} == {"passwd", "up"}


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    tree = open_tree(archive(tmp_path / "a.zip", {"bomb.json": bytes(10 * 2**20)}))
    assert tree.names() == []
    assert "100:1" in tree.refused[0].error
    with pytest.raises(ItemError):
        tree.read("bomb.json")


def test_limits_of_size_and_number(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {f"{n}.json": b"0123456789" for n in range(5)})
    with pytest.raises(ConfigError, match="more than 4"):
        open_tree(path, Limits(entries=4))
    with pytest.raises(ConfigError, match="larger"):
        open_tree(path, Limits(total=49))
    assert len(open_tree(path, Limits(entry=9)).refused) == 5


def test_a_damaged_entry_is_an_item_error_and_a_damaged_archive_a_config_error(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"a.json": b"hello" * 100, "b.json": b"fine"})
    data = bytearray(path.read_bytes())
    data[40:44] = b"\xff\xff\xff\xff"
    path.write_bytes(bytes(data))
    tree = open_tree(path)
    assert tree.read("b.json") == b"fine"
    with pytest.raises(ItemError):
        tree.read("a.json")
    (tmp_path / "b.zip").write_bytes(b"not a zip")
    for bad in ("b.zip", "absent.zip"):
        with pytest.raises(ConfigError):
            open_tree(tmp_path / bad)


def test_names_in_code_page_932(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"AAAA.json": b"[]"})
    path.write_bytes(path.read_bytes().replace(b"AAAA", "一般".encode("cp932")))
    assert open_tree(path).names() == ["一般.json"]
