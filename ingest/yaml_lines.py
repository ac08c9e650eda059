"""Where in a YAML file a key stands."""

from __future__ import annotations

from collections.abc import Iterable

import yaml


def line_of(node: yaml.Node | None, loc: Iterable[str | int]) -> int:
    """The line, from 1, of the deepest part of this path that is there."""
    line = 1
    for part in loc:
        if isinstance(node, yaml.MappingNode):
            pairs = {key.value: (key, value) for key, value in node.value}
            if str(part) not in pairs:
                break
            key, node = pairs[str(part)]
            line = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line
