import subprocess
import sys

import dscl_tf.export


def test_the_face_offers_what_it_lists_and_imports_tensorflow_only_for_it() -> None:
    code = (
        "import sys, dscl_tf.export\n"
        "assert not {'tensorflow', 'keras'} & set(sys.modules)\n"
        "from dscl_tf.export import *\n"
        "from dscl_tf.export import export_run, export_saved_model\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_another_name_is_an_error() -> None:
    assert not hasattr(dscl_tf.export, "export_all")
