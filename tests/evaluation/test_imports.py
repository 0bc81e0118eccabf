import pkgutil
import subprocess
import sys

import dscl_tf.evaluation


def test_the_face_offers_what_it_lists_and_imports_keras_only_for_networks() -> None:
    code = (
        "import sys, dscl_tf.evaluation\n"
        "assert not {'keras', 'matplotlib', 'jinja2'} & set(sys.modules)\n"
        "from dscl_tf.evaluation import *\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_no_name_is_that_of_a_module_which_would_hide_it() -> None:
    modules = {module.name for module in pkgutil.iter_modules(dscl_tf.evaluation.__path__)}
    assert not modules & set(dscl_tf.evaluation.__all__)
