"""The layout rules of docs/architecture.md, held by reading the source."""

from __future__ import annotations

import ast
import importlib.metadata
import importlib.util
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("banso", "agents", "tools", "ingest", "evals")
MAY_IMPORT = {
    "banso": {"banso"},
    "tools": {"tools", "banso"},
    "ingest": {"ingest", "banso"},
    "agents": {"agents", "tools", "banso"},
    "evals": {"evals", "agents", "tools", "banso", "ingest"},
}
INSIDE_BANSO = {
    "core": {"core"},
    "knowledge": {"core", "knowledge"},
    "crm": {"core", "crm"},
    "review": {"core", "review", "knowledge"},
    "learning": {"core", "crm", "knowledge", "review", "learning"},
    "writing": {"core", "crm", "writing"},
    "gaps": {"core", "knowledge", "gaps"},
    "privacy": {"privacy"},
    "gate": {"core", "privacy", "knowledge", "crm", "review", "gate"},
    "ui": {"core", "knowledge", "crm", "review", "gate", "learning", "writing", "gaps", "ui"},
}
CARD = ("langgraph", "langchain", "chromadb", "sentence_transformers", "unstructured", "litellm", "gradio")


def sources(part: str) -> list[Path]:
    return sorted((ROOT / part).rglob("*.py"))


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("part", PARTS)
def test_imports_point_one_way(part: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in sources(part)
        for name in imports(path)
        if name.split(".")[0] in PARTS and name.split(".")[0] not in MAY_IMPORT[part]
    ]
    assert wrong == []


def test_imports_inside_banso_point_one_way() -> None:
    wrong = []
    for path in sources("banso"):
        home = path.relative_to(ROOT / "banso").parts[0]
        for name in imports(path):
            pieces = name.split(".")
            inside = pieces[0] == "banso" and len(pieces) > 1 and home in INSIDE_BANSO
            if inside and pieces[1] not in INSIDE_BANSO[home]:
                wrong.append(f"{path.relative_to(ROOT)}: {name}")
    assert wrong == []


def test_review_knows_only_the_types_of_knowledge() -> None:
    allowed = {"banso.knowledge", "banso.knowledge.documents"}
    wrong = {
        name
        for path in sources("banso/review")
        for name in imports(path)
        if name.startswith("banso.knowledge")
        and not name.startswith("banso.knowledge.documents")
        and name not in allowed
    }
    assert wrong == set()


@pytest.mark.parametrize("name", PARTS)
def test_each_name_resolves_inside_the_repository(name: str) -> None:
    spec = importlib.util.find_spec(name)
    claimed = importlib.metadata.packages_distributions().get(name, [])
    assert spec is not None and spec.origin is not None
    assert Path(spec.origin).is_relative_to(ROOT), f"{name} comes from {spec.origin}, of {claimed}"
    assert claimed in ([], ["banso"]), f"the installed distribution {claimed} also claims the name {name}"


@pytest.mark.parametrize("package", CARD)
def test_every_package_of_the_card_is_really_used(package: str) -> None:
    used = {name.split(".")[0] for part in PARTS for path in sources(part) for name in imports(path)}
    used |= {name.split(".")[0] for name in imports(ROOT / "app.py")}
    assert package in used or (package == "litellm" and "langchain_litellm" in used)


def test_every_dependency_says_why() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = text[text.index("dependencies = [") : text.index("[project.optional-dependencies]")]
    bare = [line.strip() for line in block.splitlines() if line.strip().startswith('"') and "#" not in line]
    assert bare == []


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    pinned = {
        re.split(r"==", line)[0].lower().replace("_", "-")
        for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
        if "==" in line
    }
    names = {re.split(r"[\[><=!~ ;]", item)[0].lower().replace("_", "-") for item in wanted}
    assert names - pinned == set()


def test_no_compromised_litellm() -> None:
    assert importlib.metadata.version("litellm") not in {"1.82.7", "1.82.8"}


def test_the_wheel_carries_metadata_only(tmp_path: Path) -> None:
    copy = tmp_path / "source"
    copy.mkdir()
    for name in ("pyproject.toml", "README.md", "app.py"):
        (copy / name).write_bytes((ROOT / name).read_bytes())
    for part in PARTS:
        (copy / part).mkdir()
        (copy / part / "__init__.py").write_text("")
    build = "import setuptools.build_meta as b; b.build_wheel('.')"
    subprocess.run([sys.executable, "-c", build], cwd=copy, check=True, capture_output=True)
    (wheel,) = copy.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert [name for name in names if ".dist-info/" not in name] == []


def test_functions_and_modules_stay_small() -> None:
    long = []
    for part in PARTS:
        for path in sources(part):
            text = path.read_text(encoding="utf-8")
            if len(text.splitlines()) > 300:
                long.append(f"{path.relative_to(ROOT)}: {len(text.splitlines())} lines")
            for node in ast.walk(ast.parse(text)):
                function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
                if function and (node.end_lineno or 0) - node.lineno > 60:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert long == []


def test_no_path_of_one_machine_is_committed() -> None:
    machine = re.compile(r"(?<![\w.])/(?:work|root|farm|opt/wheels)/")
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    wrong = []
    for name in filter(None, files.split("\0")):
        path = ROOT / name
        text = path.suffix in {".py", ".md", ".toml", ".yaml", ".yml", ".sh", ".lock", ""} and path.is_file()
        if text and path != Path(__file__) and machine.search(path.read_text(encoding="utf-8", errors="ignore")):
            wrong.append(name)
    assert wrong == []
