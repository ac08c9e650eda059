"""The encoder as an ONNX graph, written node by node.

Its input is word embeddings, so that the table of 250,000 words stays in the weights file. Attention and the sums
before each normalisation are onnxruntime's fused operators. Quantised to int8: all matrices but the last of each layer,
whose inputs have outliers. Measured on two cores with AMX (batches of 4 x 250 tokens, tokens a second, lowest cosine to
float32): float32 3,800; all int8 7,700, 0.9948; this mixture 5,600, 0.9988; the file's own 4-bit blocks 2,600, 0.9999.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from banso.knowledge.e5.weights import Weights


class _Graph:
    """Nodes and constants under construction."""

    def __init__(self, weights: Weights, *, quantised: bool) -> None:
        self.weights, self.quantised = weights, quantised
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, name: str, values: NDArray[Any]) -> str:
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, operator: str, inputs: list[str], output: str, *, fused: bool = True, **attributes: Any) -> str:
        from onnx import helper

        domain = "com.microsoft" if fused else ""
        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, domain=domain, **attributes))
        return output

    def split(self, source: str, outputs: list[str]) -> list[str]:
        from onnx import helper

        self.nodes.append(helper.make_node("Split", [source], outputs, name=f"{source}.split", axis=-1))
        return outputs

    def linear(self, source: str, names: list[str], columns: int, *, exact: bool = False) -> str:
        """source x W, where W is the named matrices side by side, without bias."""
        parts = [self.weights.quantised(f"{name}.w", columns).rows() for name in names]
        matrix = np.concatenate(parts)
        if self.quantised and not exact:
            return self._int8(source, names[0], matrix)
        weight = self.constant(f"{names[0]}.weight", matrix.T)
        return self.node("MatMul", [source, weight], f"{names[0]}.product", fused=False)

    def _int8(self, source: str, name: str, matrix: NDArray[np.float32]) -> str:
        """One scale an output column, symmetric; the activations are quantised as they come."""
        scale = np.abs(matrix).max(axis=1) / 127.0
        weight = np.clip(np.rint(matrix / scale[:, None]), -127, 127).astype(np.int8)
        inputs = [source, self.constant(f"{name}.weight", weight.T), self.constant(f"{name}.scales", scale)]
        return self.node("DynamicQuantizeMatMul", inputs, f"{name}.product")

    def bias(self, names: list[str]) -> str:
        """The named biases side by side."""
        return self.constant(f"{names[0]}.bias", np.concatenate([self.weights.plain(f"{name}.b") for name in names]))


def build_graph(weights: Weights, path: Path, *, quantised: bool) -> None:
    """Write the encoder to `path`. Inputs: `embeddings` (batch, length, hidden) float32 and `lengths` (batch) int32,
    the tokens of each row before padding. Output: `hidden` (batch, length, hidden)."""
    import onnx
    from onnx import TensorProto, helper

    header, graph = weights.header, _Graph(weights, quantised=quantised)
    last = _embedding(graph)
    for layer in range(header.layers):
        last = _layer(graph, f"l{layer}", last)
    graph.node("Identity", [last], "hidden", fused=False)
    shape = ["batch", "length", header.hidden]
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "multilingual-e5-small",
            [
                helper.make_tensor_value_info("embeddings", TensorProto.FLOAT, shape),
                helper.make_tensor_value_info("lengths", TensorProto.INT32, ["batch"]),
            ],
            [helper.make_tensor_value_info("hidden", TensorProto.FLOAT, shape)],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)],
        ir_version=9,
    )
    onnx.save(model, str(path))


def _embedding(graph: _Graph) -> str:
    weights, header = graph.weights, graph.weights.header
    table = (
        weights.plain("emb.pos").reshape(header.positions, header.hidden) + weights.plain("emb.type")[: header.hidden]
    )
    graph.constant("positions", table)
    for name, value in (("zero", 0), ("one", 1), ("two", 2)):
        graph.constant(name, np.array([value], dtype=np.int64))
    graph.node("Shape", ["embeddings"], "shape", fused=False)
    graph.node("Slice", ["shape", "one", "two"], "length", fused=False)
    graph.node("Slice", ["positions", "zero", "length", "zero"], "placed", fused=False)
    graph.node("Add", ["embeddings", "placed"], "embedded", fused=False)
    scale, bias = _norm(graph, "emb.ln")
    return graph.node(
        "LayerNormalization", ["embedded", scale, bias], "normalised", fused=False, axis=-1, epsilon=header.epsilon
    )


def _layer(graph: _Graph, name: str, source: str) -> str:
    header = graph.weights.header
    names = [f"{name}.{part}" for part in ("q", "k", "v")]
    product = graph.linear(source, names, header.hidden)
    packed = graph.node("Add", [product, graph.bias(names)], f"{name}.packed", fused=False)
    parts = graph.split(packed, [f"{one}.part" for one in names])
    attended = graph.node("MultiHeadAttention", [*parts, "", "lengths"], f"{name}.attended", num_heads=header.heads)
    projected = graph.linear(attended, [f"{name}.ao"], header.hidden)
    middle = _add_norm(graph, f"{name}.aln", projected, source, f"{name}.ao")
    inner = graph.linear(middle, [f"{name}.fi"], header.hidden)
    active = graph.node("BiasGelu", [inner, graph.bias([f"{name}.fi"])], f"{name}.active")
    outer = graph.linear(active, [f"{name}.fo"], header.inner, exact=True)
    return _add_norm(graph, f"{name}.oln", outer, middle, f"{name}.fo")


def _add_norm(graph: _Graph, name: str, source: str, skip: str, bias_of: str) -> str:
    scale, shift = _norm(graph, name)
    inputs = [source, skip, scale, shift, graph.bias([bias_of])]
    return graph.node("SkipLayerNormalization", inputs, f"{name}.sum", epsilon=graph.weights.header.epsilon)


def _norm(graph: _Graph, name: str) -> tuple[str, str]:
    scale = graph.constant(f"{name}.scale", graph.weights.plain(f"{name}.w"))
    return scale, graph.constant(f"{name}.shift", graph.weights.plain(f"{name}.b"))
