"""Fine-tuning with or without its companions: which objective each phase of the run has."""

from collections.abc import Callable
from functools import cached_property, partial

import keras

from dscl_tf.config import Combination
from dscl_tf.data.samplers import LabelledBatches, LearnedAugmentationBatches, SemiSupervisedBatches
from dscl_tf.data.store import check_volumes
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.models import discriminator_network
from dscl_tf.models.augmented import AugmentedSegmentation
from dscl_tf.models.discriminator import PREFIX
from dscl_tf.models.learned_augmentation import GeneratedSegmentation
from dscl_tf.models.semi_supervised import SemiSupervisedSegmentation
from dscl_tf.runs.run import Run
from dscl_tf.stages.generators import load_generator
from dscl_tf.stages.self_training import pseudo_labelled_store, unlabelled_volumes
from dscl_tf.stages.training import Objective, intensity_clip, scheduled_rate
from dscl_tf.stages.two_rate_adam import TwoRateAdam


class Companions:
    """The objectives of one fine-tuning run, by its configuration."""

    def __init__(
        self,
        run: Run,
        store: SliceStore,
        volumes: Combination,
        network: keras.Model,
        loss: keras.losses.Loss,
    ) -> None:
        """Check that there are volumes for what is switched on, and make the other networks.

        Raises:
            UsageError: no unlabelled volume is left.
            DataError: the store lacks one of them, or a run of generators is gone or damaged.
        """
        self.run, self.store, self.volumes = run, store, volumes
        self.network, self.loss = network, loss
        self.settings = run.config.finetune
        self.clip = intensity_clip(self.settings.augmentation)
        self.unlabelled: tuple[str, ...] = ()
        for companion in ("self_training", "adversarial"):
            if getattr(self.settings, companion):
                self.unlabelled = unlabelled_volumes(run.config.splits, volumes, companion)
                check_volumes(
                    self.unlabelled, store, role="splits.unlabelled", labelled=False, partitions=1
                )
        self.discriminator = (
            discriminator_network(run.config) if self.settings.adversarial else None
        )

        self.generators = [Run.open(path) for path in run.record.get("generators", ())]

    def first(self) -> Objective:
        """Return the objective of the first phase: labelled volumes, and the discriminator's."""
        labelled = self._batches(self.store, self.volumes.train)
        if self.generators:
            return self._generated(labelled)
        if not self.discriminator:
            return Objective(AugmentedSegmentation(self.network, self.clip), self.loss, labelled)
        batches = SemiSupervisedBatches(labelled, unlabelled=self._unlabelled_batches())
        return self._semi_supervised(self._new_model(), batches)

    def rounds(self) -> dict[int, Callable[[int], Objective]]:
        """Return the rounds of self-training, for `train(later=...)`."""
        if not self.settings.self_training:
            return {}
        starts = self.settings.self_training.starts(
            self.settings.steps, self.settings.validate_every
        )
        return {
            start: partial(self._round, number, start)
            for number, start in enumerate(starts, start=1)
        }

    def optimizer(self) -> keras.optimizers.Optimizer | None:
        """Return what trains segmentation network and discriminator, None for plain Adam."""
        if not self.settings.adversarial:
            return None
        factor = self.settings.adversarial.learning_rate / self.settings.learning_rate
        return TwoRateAdam(scheduled_rate(self.settings), PREFIX, factor)

    def _generated(self, labelled: LabelledBatches) -> Objective:
        """Return the objective on labelled volumes as trained generators change them."""
        runs = {run.config.pretrain_augmentation.kind: run for run in self.generators}
        noise: dict[str, int] = {
            kind: run.config.pretrain_augmentation.noise for kind, run in runs.items()
        }
        networks = {kind: load_generator(run) for kind, run in runs.items()}
        model = GeneratedSegmentation(self.network, networks, self.clip)
        return Objective(model, self.loss, LearnedAugmentationBatches(labelled, noise))

    def _round(self, number: int, start: int, done: int) -> Objective:
        """Return the objective of a round: half labelled, half pseudo-labelled rows."""
        store = pseudo_labelled_store(
            self.run, self.store, self.unlabelled, number, starting=done == start
        )
        half = self.settings.batch_size // 2
        batches = SemiSupervisedBatches(
            self._batches(self.store, self.volumes.train, half),
            self._batches(store, self.unlabelled, half),
            self._unlabelled_batches(half) if self.discriminator else None,
        )
        return self._semi_supervised(self._round_model, batches)

    @cached_property
    def _round_model(self) -> SemiSupervisedSegmentation:
        """The model of all rounds, compiled once."""
        return self._new_model()

    def _new_model(self) -> SemiSupervisedSegmentation:
        return SemiSupervisedSegmentation(self.network, self.clip, self.discriminator)

    def _semi_supervised(
        self, model: SemiSupervisedSegmentation, batches: SemiSupervisedBatches
    ) -> Objective:
        losses = {name: self.loss for name in batches.supervised}
        weights = {"labelled": 1.0}
        if self.settings.self_training and "pseudo" in batches.supervised:
            weights["pseudo"] = self.settings.self_training.weight
        if self.settings.adversarial:
            verdict = keras.losses.BinaryCrossentropy(from_logits=True)
            losses |= {"adversarial": verdict, "discriminator": verdict}
            weights |= {"adversarial": self.settings.adversarial.weight, "discriminator": 1.0}
        return Objective(model, losses, batches, weights)

    def _unlabelled_batches(self, rows: int | None = None) -> LabelledBatches:
        return self._batches(self.store, self.unlabelled, rows)

    def _batches(
        self, store: SliceStore, ids: tuple[str, ...], rows: int | None = None
    ) -> LabelledBatches:
        settings = self.settings.model_copy(update={"batch_size": rows or self.settings.batch_size})
        return LabelledBatches(store, ids, settings, self.run.config.runtime.seed)
