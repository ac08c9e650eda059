"""What a sentence-transformers model is computed with: torch, ONNX or OpenVINO, quantised or not."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from banso.core.errors import ConfigError

_NEEDS = {
    "torch": ("", ""),
    "onnx": ("optimum.onnxruntime", "optimum-onnx[onnxruntime]"),
    "openvino": ("optimum.intel", "optimum-intel[openvino]"),
}
"""Backend -> the module it needs beside sentence-transformers, and what brings it. None of them comes with the project:
they pin other versions of transformers."""


@dataclass(frozen=True)
class Backend:
    """`file`: one of several exported files of the model, such as an int8 one; empty: its default."""

    kind: str = "torch"
    file: str = ""

    @classmethod
    def parse(cls, setting: str, variable: str) -> Backend:
        """From `torch`, `openvino` or `openvino:FILE`. Raises ConfigError for another one or one that is not
        installed."""
        kind, _, file = setting.partition(":")
        if kind not in _NEEDS or (file and kind == "torch"):
            raise ConfigError(
                f"{variable}: {setting!r} is no backend", "torch, onnx or openvino, the last two also with :FILE"
            )
        module, package = _NEEDS[kind]
        if module and not _installed(module):
            raise ConfigError(f"{variable}={setting}: {package} is not installed", f'pip install "{package}"')
        return cls(kind, file)

    @property
    def options(self) -> dict[str, Any]:
        """Arguments of SentenceTransformer and CrossEncoder."""
        if self.kind == "torch":
            return {}
        return {"backend": self.kind, **({"model_kwargs": {"file_name": self.file}} if self.file else {})}

    def named(self, model: str) -> str:
        """The model as the index remembers it. The same weights compute the same vectors with every backend (cosine
        0.99999); those of a chosen file, which may be int8, are not to be mixed with them."""
        return f"{model}#{self.file}" if self.file else model


TORCH = Backend()


def _installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # not even its parent
        return False
