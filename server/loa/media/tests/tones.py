"""A tiny voice in Piper's format, made on the spot: every phoneme is a tone of its own, for 60 ms at a calm pace."""

import hashlib
import json

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

RATE_HZ = 16_000
SYMBOLS = 160
_STEP = 960


def network(*, amplitude=0.4, extra_input=False, external=""):
    """Return a network with Piper's inputs and output: ids become tones, the second scale stretches them."""
    moment = np.arange(_STEP * 2) / RATE_HZ
    tones = np.stack([
        np.sin(2 * np.pi * (160 + 9 * number) * moment) * np.hanning(len(moment)) * amplitude
        for number in range(SYMBOLS)
    ]).astype(np.float32)  # fmt: skip
    table = numpy_helper.from_array(tones, "tones")
    if external:
        table.ClearField("raw_data")
        table.data_location = TensorProto.EXTERNAL
        for key, value in (("location", external), ("offset", "0"), ("length", str(tones.nbytes))):
            entry = table.external_data.add()
            entry.key, entry.value = key, value
    constants = [
        table,
        numpy_helper.from_array(np.array([1], np.int64), "one"),
        numpy_helper.from_array(np.array([2], np.int64), "two"),
        numpy_helper.from_array(np.array([0], np.int64), "zero"),
        numpy_helper.from_array(np.array([_STEP], np.float32), "step"),
        numpy_helper.from_array(np.array([1, 1, 1, -1], np.int64), "shape"),
    ]
    nodes = [
        helper.make_node("Slice", ["scales", "one", "two"], ["stretch"]),
        helper.make_node("Mul", ["stretch", "step"], ["length_float"]),
        helper.make_node("Cast", ["length_float"], ["length"], to=TensorProto.INT64),
        helper.make_node("Slice", ["tones", "zero", "length", "one"], ["cut"]),
        helper.make_node("Gather", ["cut", "input"], ["picked"], axis=0),
        helper.make_node("Reshape", ["picked", "shape"], ["output"]),
    ]
    inputs = [
        helper.make_tensor_value_info("input", TensorProto.INT64, ["batch", "phonemes"]),
        helper.make_tensor_value_info("input_lengths", TensorProto.INT64, ["batch"]),
        helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
    ]
    if extra_input:
        inputs.append(helper.make_tensor_value_info("password", TensorProto.FLOAT, [1]))
    output = helper.make_tensor_value_info("output", TensorProto.FLOAT, ["batch", "time", 1, "samples"])
    graph = helper.make_graph(nodes, "tones", inputs, [output], initializer=constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 9
    if not external:
        onnx.checker.check_model(model)
    return model.SerializeToString()


def description(**changes):
    """Return the description that goes with it, as Piper's trainer writes one."""
    letters = (
        "_^$ .,?!:;'" + "abcdefghijklmnopqrstuvwxyz0123456789" + "əɓɗɛɔɯɤŋɲɣʂʈʐɹʑɕ\u0303\u0306\u030d\u031a-ˈˌːăâêôơưđ"
    )
    told = {
        "audio": {"sample_rate": RATE_HZ, "quality": "x_low"},
        "espeak": {"voice": "vi"},
        "language": {"code": "vi_VN"},
        "dataset": "tones",
        "inference": {"noise_scale": 0.0, "length_scale": 1.0, "noise_w": 0.0},
        "phoneme_type": "espeak",
        "phoneme_id_map": {letter: [number] for number, letter in enumerate(letters)},
        "num_symbols": SYMBOLS,
        "num_speakers": 1,
    }
    return json.dumps({**told, **changes}, ensure_ascii=False)


def write(folder, *, model=None, told=None):
    """Write both files; return their paths and the model's digest."""
    content = network() if model is None else model
    paths = folder / "tones.onnx", folder / "tones.onnx.json"
    paths[0].write_bytes(content)
    paths[1].write_text(description() if told is None else told, encoding="utf-8")
    return *paths, hashlib.sha256(content).hexdigest()
