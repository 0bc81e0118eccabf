"""`python -m dscl_tf.cli.child PARENT ...` is `dscl-tf ...`, and ends with the process PARENT."""

import sys

from dscl_tf.parent import end_with_parent

if __name__ == "__main__":
    end_with_parent(int(sys.argv.pop(1)))
    sys.argv[0] = "dscl-tf"

    from . import main

    main()
