import subprocess
import sys


def test_data_modules_leave_keras_and_tensorflow_alone():
    names = "inspect, layouts, nifti, phantom, preprocess, splits, store"
    code = (
        f"import sys; from dscl_tf.data import {names}; "
        "print([name for name in ('keras', 'tensorflow', 'jax', 'SimpleITK', 'matplotlib') "
        "if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
