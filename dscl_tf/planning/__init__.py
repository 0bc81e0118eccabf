"""From a folder of scans to a configuration: what is in it, and what to do with it.

`plan_folder` looks at a folder and decides what a configuration must say, each decision with its
reason; `write_plan` writes it as YAML.

- `listing`, `patterns`, `sequences`, `plain`, `msd`, `dicom`, `sources`: which files are images,
  of which channels, and masks, in which layout; `complete`: which volumes have all channels.
- `fingerprint`: headers of all volumes, values and boxes of all masks; `samples`: voxels of some.
- `classes`, `axis`, `spacing`, `window`, `intensities`, `strategy`, `schedule`, `choices`: a file
  per decision. `plan` takes them in their order.
- `timing`: seconds per step on this machine. `summary`, `write`: for people, and as files.
"""

from dscl_tf.planning.plan import Plan, Wishes, plan_folder
from dscl_tf.planning.summary import summary
from dscl_tf.planning.write import write_plan

__all__ = ["Plan", "Wishes", "plan_folder", "summary", "write_plan"]
