"""One validated reader per kind of file; nothing is parsed past it.

- `read_text` (`text_file`): the text of a regular file of bounded size.
- `read_json` (`json_file`): JSON that fits a pydantic type.
- `parse_yaml` (`yaml_file`): YAML without repeated keys, bounded in size and depth.
- `npz_file`: named arrays, written and read without pickles (imports NumPy, so not from here).
"""

from dscl_tf.readers.json_file import FINITE, Record, read_json, read_tree
from dscl_tf.readers.text_file import opened, read_text
from dscl_tf.readers.yaml_file import parse_yaml

__all__ = ["FINITE", "Record", "opened", "parse_yaml", "read_json", "read_text", "read_tree"]
