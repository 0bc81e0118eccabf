"""`python -m dscl_tf.cli` is `dscl-tf`."""

from dscl_tf.cli import main

main()
