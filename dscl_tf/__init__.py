"""Few-label medical image segmentation with global and local contrastive pre-training.

Importing this package is cheap: TensorFlow and Keras are imported by the modules that
need them (`dscl_tf.models`, `dscl_tf.losses`, `dscl_tf.augment`, `dscl_tf.stages`). Import it
before them: it settles how fast TensorFlow computes (see `dscl_tf.process`).
"""

from dscl_tf.process import apply_settings

__version__ = "0.1.0"

apply_settings()
