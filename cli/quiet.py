"""TensorFlow's start-up without its notices on standard error."""

import os
import sys
import tempfile


def import_tensorflow() -> None:
    """Import TensorFlow and look for devices while standard error is put aside.

    Its notices about CPU features and absent GPU drivers come before any setting takes hold. If the
    import fails they are printed after all; `TF_CPP_MIN_LOG_LEVEL=0` shows them always.
    """
    other_backend = os.environ.get("KERAS_BACKEND", "tensorflow") != "tensorflow"
    wanted = os.environ.get("TF_CPP_MIN_LOG_LEVEL") == "0"
    if "tensorflow" in sys.modules or other_backend or wanted:
        return
    sys.stderr.flush()
    standard_error = os.dup(2)
    with tempfile.TemporaryFile() as aside:
        os.dup2(aside.fileno(), 2)
        try:
            import tensorflow as tf

            tf.config.list_physical_devices()
        except BaseException:
            aside.seek(0)
            os.write(standard_error, aside.read())
            raise
        finally:
            os.dup2(standard_error, 2)
            os.close(standard_error)
