"""Fine-tuning with a mean teacher: the objectives of its two phases.

With `finetune.pseudo_contrast` pixels are contrasted by class in both phases: by given labels, and
in the second by the teacher's too.
"""

from typing import Any

import keras

from dscl_tf.config import Combination
from dscl_tf.data.samplers import LabelledBatches
from dscl_tf.data.samplers.teacher_batches import TeacherBatches
from dscl_tf.data.store import check_volumes
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.health import Monitor
from dscl_tf.health.pseudo_labels import PseudoLabelMonitor
from dscl_tf.losses import ClassContrastiveLoss
from dscl_tf.models.contrasting_teacher import ContrastingTeacher
from dscl_tf.models.mean_teacher import MeanTeacherSegmentation
from dscl_tf.runs.checkpoint import load_best
from dscl_tf.runs.networks import pixel_head_network, segmentation_network
from dscl_tf.runs.run import Run
from dscl_tf.stages.intensity_clip import intensity_clip
from dscl_tf.stages.objective import Objective, Phase
from dscl_tf.stages.optimizer import adam
from dscl_tf.stages.unlabelled import unlabelled_volumes


class TeacherPhases:
    """The objectives of one fine-tuning run with `finetune.teacher`."""

    def __init__(
        self,
        run: Run,
        store: SliceStore,
        volumes: Combination,
        network: keras.Model,
        loss: keras.losses.Loss,
    ) -> None:
        """Check the unlabelled volumes and make the teacher; `network` becomes the student.

        Raises:
            UsageError: no unlabelled volume is left.
            DataError: the store lacks one of them, or it has fewer slices than partitions.
        """
        self.run, self.store, self.volumes, self.loss = run, store, volumes, loss
        self.settings = run.config.finetune
        assert self.settings.teacher
        self.teacher = self.settings.teacher
        self.partitions = run.config.slice_partitions if self.teacher.paste == "partition" else 1
        self.unlabelled = unlabelled_volumes(run.config.splits, volumes, "teacher")
        check_volumes(
            self.unlabelled,
            store,
            role="splits.unlabelled",
            labelled=False,
            partitions=self.partitions,
        )
        self.start = self.teacher.start(self.settings.steps, self.settings.validate_every)
        self.model = self._new_model(network)

    @property
    def network(self) -> keras.Model:
        """The teacher: what is validated and saved."""
        return self.model.network

    def monitor(self) -> Monitor:
        """Return what stops a run whose teacher forgets a class."""
        return PseudoLabelMonitor(stop=self.teacher.stop_on_collapse)

    def phases(self) -> list[Phase]:
        """Return the phase of labelled images, and that in which the teacher labels others."""
        return [Phase(0, lambda done: self._first()), Phase(self.start, self._second)]

    def optimizer(self) -> keras.optimizers.Optimizer:
        """Return what trains the student: Adam."""
        return adam(self.settings)

    def _new_model(self, student: keras.Model) -> MeanTeacherSegmentation:
        teacher = segmentation_network(self.run.config)
        options: dict[str, Any] = {
            "clip": intensity_clip(self.settings.augmentation),
            "large": self.teacher.large,
            "threshold": self.teacher.threshold,
            "epsilon": self.settings.dice_epsilon,
        }
        if not (contrast := self.settings.pseudo_contrast):
            return MeanTeacherSegmentation(student, teacher, **options)
        head = pixel_head_network(self.run.config, student)
        loss = ClassContrastiveLoss(contrast.temperature)
        return ContrastingTeacher(student, teacher, head, loss, contrast.weight, **options)

    def _first(self) -> Objective:
        labelled = self._batches(self.volumes.train, self.settings.batch_size)
        return Objective(self.model, self.loss, self._joined(labelled, None))

    def _second(self, done: int) -> Objective:
        """Return the objective of the second phase; at its start both networks get the best."""
        if done == self.start:
            self.model.set_both(load_best(self.run, self.network).weights)
        half = self.settings.batch_size // 2
        parts = [self._batches(ids, half) for ids in (self.volumes.train, self.unlabelled)]
        return Objective(self.model, self.loss, self._joined(*parts))

    def _joined(
        self, labelled: LabelledBatches, unlabelled: LabelledBatches | None
    ) -> TeacherBatches:
        return TeacherBatches(labelled, unlabelled, self.teacher, self.start, self.settings.steps)

    def _batches(self, ids: tuple[str, ...], count: int) -> LabelledBatches:
        settings = self.settings.model_copy(update={"batch_size": count})
        seed = self.run.config.runtime.seed
        return LabelledBatches(self.store, ids, settings, seed, self.partitions)
