"""Training on several devices and in several processes, by `keras.distribution` on JAX.

- `join`, `leave` (`processes`): make this process one of several that train together.
- `distributed` (`distribution`): the devices that variables and batches are laid out on.
- `everyone_says`, `failing_together` (`together`): what the processes tell each other.
- `check_alike` (`agreement`): whether they all train the same.
- `check_batch_size`, `check_divisible` (`division`): whether the devices divide a batch.

A batch is one logical array over all devices: negatives, positive pairs and the statistics of batch
normalisation are those of the whole batch, as on one device. Importing this package imports neither
Keras nor JAX.
"""

from dscl_tf.devices.distribution import Devices, distributed
from dscl_tf.devices.processes import join, leave

__all__ = ["Devices", "distributed", "join", "leave"]
