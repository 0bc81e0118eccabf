import tensorflow as tf

from dscl_tf.export.warmup import WARMUP_FILE, warmup_records
from tests.export import models  # noqa: F401 (skips with another backend)
from tests.export.serving_messages import prediction_log


def requests_of(records):
    """Per record the model's name, the signature and its inputs as arrays."""
    for record in records:
        request = prediction_log().FromString(record).predict_log.request
        inputs = {key: tf.make_ndarray(value) for key, value in request.inputs.items()}
        yield request.model_spec.name, request.model_spec.signature_name, inputs


def test_the_file_parses_as_servings_messages_which_the_signatures_answer(exported):
    path = exported.saved / "assets.extra" / WARMUP_FILE
    signatures = tf.saved_model.load(str(exported.saved)).signatures
    seen = []
    records = (record.numpy() for record in tf.data.TFRecordDataset(str(path)))
    for name, signature, inputs in requests_of(records):
        seen.append((name, signature))
        signatures[signature](**{key: tf.constant(value) for key, value in inputs.items()})
    assert seen == [("unet", "serving_default"), ("unet", "serving_raw")]


def test_where_the_range_is_in_the_graph_no_ends_are_sent():
    records = warmup_records("street", (16, 24, 3), takes_ends=False)
    inputs = [inputs for *_, inputs in requests_of(records)]
    assert [list(one) for one in inputs] == [["image"], ["image"]]
    assert {one["image"].shape for one in inputs} == {(1, 16, 24, 3)}


def test_a_long_name_is_spelt_out():
    records = warmup_records("x" * 300, (1, 1, 1), takes_ends=True)
    assert {name for name, *_ in requests_of(records)} == {"x" * 300}
