import subprocess
import sys

from tests.data.files import ramp, save


def test_data_modules_leave_keras_and_tensorflow_alone():
    code = """
import importlib, pkgutil, sys
import dscl_tf.data
for module in pkgutil.walk_packages(dscl_tf.data.__path__, "dscl_tf.data."):
    if not module.name.endswith((".figure", ".mask_colours")):
        importlib.import_module(module.name)
print([name for name in ("keras", "tensorflow", "jax", "SimpleITK", "matplotlib")
       if name in sys.modules])
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_the_processes_that_prepare_leave_keras_and_tensorflow_alone(tmp_path):
    source = save(tmp_path / "a.nii", ramp())
    code = f"""
import sys, joblib, pathlib
from dscl_tf.data.layouts import Case
from dscl_tf.data.store import write_store
from tests.data.files import settings
cases = [Case(id, pathlib.Path("{source}"), None) for id in "ab"]
with joblib.parallel_config(n_jobs=2):  # these processes are kept for the question below
    write_store(cases, settings(), "{tmp_path}/store", jobs=None)
modules = joblib.delayed(eval)("set(__import__('sys').modules)")
loaded = set.union(*joblib.Parallel(n_jobs=2)([modules] * 4))
print(sorted(loaded & {{"keras", "tensorflow", "dscl_tf.data.store.volume_jobs"}}))
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "['dscl_tf.data.store.volume_jobs']"
