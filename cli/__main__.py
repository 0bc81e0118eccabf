"""`python -m dscl_tf.cli` is `dscl-tf`."""

from . import main

main()
