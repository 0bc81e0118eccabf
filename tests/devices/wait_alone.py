"""The first of two processes, whose other never comes: PORT SECONDS."""

import sys

from dscl_tf.devices import join

if __name__ == "__main__":
    join(f"127.0.0.1:{sys.argv[1]}", 2, 0, patience=int(sys.argv[2]))
