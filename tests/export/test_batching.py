import re

from google.protobuf import text_format

from dscl_tf.export.batching import BATCHING_FILE
from tests.export import models  # noqa: F401 (skips with another backend)
from tests.export.serving_messages import batching_parameters


def test_serving_reads_the_file_and_no_rule_of_it_is_broken(exported):
    text = (exported.saved / "assets.extra" / BATCHING_FILE).read_text()
    read = text_format.Parse(text, batching_parameters()())
    assert read.enable_large_batch_splitting.value
    assert read.max_batch_size.value >= read.max_execution_batch_size.value > 1
    # The largest request fits into the queue.
    waiting = read.max_batch_size.value / read.max_execution_batch_size.value
    assert waiting <= read.max_enqueued_batches.value
    assert not read.pad_variable_length_inputs and "pad_variable_length_inputs" in text
    assert re.search("enable_batching .*batching_parameters_file", text)
