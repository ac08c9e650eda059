"""Reading mapping files: presets by name, other files by path, and mistakes told with file, line and the nearest word.

Presets are the files in `ingest/mappings/`, named by their stem.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from banso.core.errors import ConfigError
from banso.crm.tables import KINDS
from ingest.mapping import CrmMapping, FieldSpec, Join, Lookup, Messages, Table, TicketMapping
from ingest.texts import told
from ingest.values import normal_key
from ingest.yaml_lines import line_of

PRESETS = Path(__file__).parent / "mappings"
_LARGEST = 128 * 1024
"""Bytes of a mapping file; real ones have two or three thousand."""
_DEEPEST = 20
"""Levels of nesting; real ones have five."""
_OPENS = (
    yaml.BlockMappingStartToken,
    yaml.BlockSequenceStartToken,
    yaml.FlowMappingStartToken,
    yaml.FlowSequenceStartToken,
)
_CLOSES = (yaml.BlockEndToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)
M = TypeVar("M", bound=TicketMapping | CrmMapping)


def load_mapping(name: str, kind: type[M]) -> M:
    """The preset of this name, or the YAML file at this path. Raises ConfigError naming the file and the line."""
    path = Path(name) if name.endswith((".yaml", ".yml")) or "/" in name else _preset_path(name, kind)
    try:
        return _parse(path, kind)
    except (OSError, UnicodeDecodeError) as error:
        known = told("mapping.presets", names=", ".join(presets(kind)))
        raise ConfigError(told("mapping.unreadable", path=path, why=error), known) from error


def presets(kind: type[M]) -> dict[str, M]:
    """Name -> mapping, of every preset of this kind."""
    return {p.name.removesuffix(_suffix(kind)): _preset(p, kind) for p in sorted(PRESETS.glob(f"*{_suffix(kind)}"))}


def detect(keys: Iterable[str]) -> str:
    """The ticket preset whose keys these are, the most specific one, or ""."""
    have = {normal_key(key) for key in keys}
    fitting = [
        (len(wanted), name)
        for name, mapping in presets(TicketMapping).items()
        for wanted in mapping.detect
        if {normal_key(key) for key in wanted} <= have
    ]
    return max(fitting)[1] if fitting else ""


_read: dict[Path, Any] = {}


def _preset(path: Path, kind: type[M]) -> M:
    if path not in _read:  # they come with the program and do not change while it runs
        _read[path] = _parse(path, kind)
    found: M = _read[path]
    return found


def _suffix(kind: type[M]) -> str:
    return ".tickets.yaml" if issubclass(kind, TicketMapping) else ".crm.yaml"


def _preset_path(name: str, kind: type[M]) -> Path:
    known = presets(kind)
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        hint = told("mapping.near", name=near[0]) if near else told("mapping.or_file", names=", ".join(known))
        raise ConfigError(told("mapping.no_preset", name=repr(name)), hint)
    return PRESETS / f"{name}{_suffix(kind)}"


def _parse(path: Path, kind: type[M]) -> M:
    with path.open("rb") as file:
        content = file.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise ConfigError(told("mapping.large", path=path, size=_LARGEST // 1024))
    text = content.decode("utf-8-sig")
    try:
        _check_shape(path, text)
        node = yaml.compose(text, yaml.BaseLoader)  # every scalar is text: YAML 1.1 reads a bare on, no or 08 as more
        data = yaml.load(text, yaml.BaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}" if mark else str(path)
        raise ConfigError(told("mapping.bad_yaml", place=place, why=getattr(error, "problem", error))) from error
    try:
        mapping: M = kind.model_validate(data)  # type: ignore[assignment]
    except ValidationError as error:
        raise _explain(path, node, error) from error
    if isinstance(mapping, CrmMapping):
        _check_fields(path, node, mapping)
    return mapping


def _check_shape(path: Path, text: str) -> None:
    """Refuse what is cheap to write and dear to read, at its first token: aliases, of which a few lines can stand for
    billions of values, and deep nesting (50,000 brackets took the parser 14 s)."""
    depth = 0
    for token in yaml.scan(text, yaml.BaseLoader):
        if isinstance(token, yaml.AliasToken):
            raise ConfigError(told("mapping.alias", place=f"{path}:{token.start_mark.line + 1}"))
        depth += isinstance(token, _OPENS) - isinstance(token, _CLOSES)
        if depth > _DEEPEST:
            raise ConfigError(told("mapping.deep", path=path))


def _check_fields(path: Path, node: yaml.Node | None, mapping: CrmMapping) -> None:
    for kind, table in mapping.tables.items():
        known = KINDS[kind].model_fields
        for name in (n for n in table.fields if n not in known):
            near = difflib.get_close_matches(name, known, 1, 0.5)
            place = f"{path}:{line_of(node, ('tables', kind, 'fields', name))}"
            names = ", ".join(known)
            hint = told("mapping.near", name=repr(near[0])) if near else told("mapping.fields", kind=kind, names=names)
            raise ConfigError(told("mapping.unknown_key", place=place, key=f"'tables.{kind}.fields.{name}'"), hint)


def _explain(path: Path, node: yaml.Node | None, error: ValidationError) -> ConfigError:
    """One line about the first mistake: file, line, key, and the nearest known key."""
    first = error.errors()[0]
    loc = tuple(part for part in first["loc"] if part != "[key]")
    key, place = ".".join(str(part) for part in loc), f"{path}:{line_of(node, loc)}"
    known: list[str] = []
    if first["type"] == "extra_forbidden":
        models = (TicketMapping, CrmMapping, Table, Join, Messages, FieldSpec, Lookup)
        known = [f.alias or n for m in models for n, f in m.model_fields.items()]
    elif first["type"] == "literal_error":
        known = [word.strip("' ") for word in first["ctx"]["expected"].replace(" or ", ", ").split(",")]
    if not known:
        return ConfigError(f"{place}: {key}: {first['msg']}", told("mapping.see"))
    near = difflib.get_close_matches(str(loc[-1]), known, 1, 0.5)
    hint = told("mapping.near", name=repr(near[0])) if near else told("mapping.see")
    return ConfigError(told("mapping.unknown_key", place=place, key=repr(key)), hint)
