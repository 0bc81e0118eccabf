"""The phases of a fine-tuning, with or without its semi-supervised extensions.

Labelled phase: labelled images; with generators of earlier runs, as these have changed them; with
`finetune.adversarial`, unlabelled images beside them, for the discriminator.

Rounds of `finetune.self_training`, a phase each: half of a batch is labelled and half
pseudo-labelled; with `finetune.adversarial`, unlabelled images beside them.

With `finetune.pseudo_contrast` pixels are contrasted by class in all phases: by given labels, and
in the rounds by pseudo-labels too.
"""

from functools import cached_property, partial

import keras

from dscl_tf.config import Combination
from dscl_tf.data.samplers import LabelledBatches, LearnedAugmentationBatches, SemiSupervisedBatches
from dscl_tf.data.store import check_volumes
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.health import Monitor, PseudoLabelMonitor
from dscl_tf.losses import ClassContrastiveLoss
from dscl_tf.models.augmented import AugmentedSegmentation
from dscl_tf.models.discriminator import PREFIX
from dscl_tf.models.learned_augmentation import GeneratedSegmentation
from dscl_tf.models.semi_supervised import SemiSupervisedSegmentation
from dscl_tf.runs.metrics_log import Row
from dscl_tf.runs.networks import discriminator_network, pixel_head_network
from dscl_tf.runs.run import Run
from dscl_tf.stages.generators import load_generator
from dscl_tf.stages.intensity_clip import intensity_clip
from dscl_tf.stages.objective import Objective, Phase
from dscl_tf.stages.optimizer import adam, scheduled_rate
from dscl_tf.stages.pseudo_labels import class_shares, pseudo_labelled_store
from dscl_tf.stages.two_rate_adam import TwoRateAdam
from dscl_tf.stages.unlabelled import extensions_of, unlabelled_volumes


class Extensions:
    """Makes the phases of one fine-tuning, with the extensions that its configuration switches on.

    ::

        extensions = Extensions(run, store, volumes, network, loss)
        train(run, settings, extensions.phases(), optimizer=extensions.optimizer())
    """

    def __init__(
        self,
        run: Run,
        store: SliceStore,
        volumes: Combination,
        network: keras.Model,
        loss: keras.losses.Loss,
    ) -> None:
        """Check that there are volumes for what is switched on, and make the discriminator.

        Args:
            run: the fine-tuning run; run.json names the runs of its generators.
            store: holds the labelled and the unlabelled volumes.
            volumes: the labelled ones.
            network: the segmentation network.
            loss: what it is trained with.

        Raises:
            UsageError: no unlabelled volume is left.
            DataError: the store lacks one of them, or a run of generators is gone or damaged.
        """
        self.run, self.store, self.volumes = run, store, volumes
        self.network, self.loss = network, loss
        self.settings = run.config.finetune
        self.clip = intensity_clip(self.settings.augmentation)
        self.unlabelled: tuple[str, ...] = ()
        for extension in extensions_of(self.settings):
            self.unlabelled = unlabelled_volumes(run.config.splits, volumes, extension)
            check_volumes(
                self.unlabelled, store, role="splits.unlabelled", labelled=False, partitions=1
            )
        self.discriminator = (
            discriminator_network(run.config) if self.settings.adversarial else None
        )
        self.pixel_head = (
            pixel_head_network(run.config, network) if self.settings.pseudo_contrast else None
        )
        self.shares: Row = {}  # of the classes in the pseudo-labels of the present round
        self.generators = [Run.open(path) for path in run.record.get("generators", ())]

    def phases(self) -> list[Phase]:
        """Return the labelled phase and the rounds of self-training."""
        starts: tuple[int, ...] = ()
        if self.settings.self_training:
            starts = self.settings.self_training.starts(
                self.settings.steps, self.settings.validate_every
            )
        rounds = [
            Phase(start, partial(self._round_objective, number, start))
            for number, start in enumerate(starts, start=1)
        ]
        return [Phase(0, lambda done: self._labelled_objective()), *rounds]

    def monitor(self) -> Monitor | None:
        """Return what watches the pseudo-labels of the rounds, None without self-training."""
        if not (settings := self.settings.self_training):
            return None
        return PseudoLabelMonitor(
            stop=settings.stop_on_collapse, section="self_training", shares=lambda: self.shares
        )

    def optimizer(self) -> keras.optimizers.Optimizer:
        """Return what trains all networks: Adam, the discriminator's with a rate of its own."""
        if not self.settings.adversarial:
            return adam(self.settings)
        factor = self.settings.adversarial.learning_rate / self.settings.learning_rate
        return TwoRateAdam(scheduled_rate(self.settings), PREFIX, factor)

    def _labelled_objective(self) -> Objective:
        labelled = self._batches(self.store, self.volumes.train)
        if self.generators:
            return self._generated_objective(labelled)
        if not (self.discriminator or self.pixel_head):
            return Objective(AugmentedSegmentation(self.network, self.clip), self.loss, labelled)
        unlabelled = self._unlabelled_batches() if self.discriminator else None
        batches = SemiSupervisedBatches(labelled, unlabelled=unlabelled)
        return self._semi_supervised_objective(self._new_model(), batches)

    def _generated_objective(self, labelled: LabelledBatches) -> Objective:
        """Return the objective on labelled images as trained generators change them."""
        runs = {run.config.pretrain_augmentation.kind: run for run in self.generators}
        noise: dict[str, int] = {
            kind: run.config.pretrain_augmentation.noise for kind, run in runs.items()
        }
        networks = {kind: load_generator(run) for kind, run in runs.items()}
        model = GeneratedSegmentation(self.network, networks, self.clip)
        return Objective(model, self.loss, LearnedAugmentationBatches(labelled, noise))

    def _round_objective(self, number: int, start: int, done: int) -> Objective:
        """Return the objective of round `number`, which starts after `start` steps."""
        pseudo_labelled = pseudo_labelled_store(
            self.run, self.store, self.unlabelled, number, starting=done == start
        )
        self.shares = class_shares(pseudo_labelled, self.unlabelled)
        half = self.settings.batch_size // 2
        batches = SemiSupervisedBatches(
            self._batches(self.store, self.volumes.train, half),
            self._batches(pseudo_labelled, self.unlabelled, half),
            self._unlabelled_batches(half) if self.discriminator else None,
        )
        return self._semi_supervised_objective(self._model_of_rounds, batches)

    @cached_property
    def _model_of_rounds(self) -> SemiSupervisedSegmentation:
        """One model for all rounds, so that it is compiled once."""
        return self._new_model()

    def _new_model(self) -> SemiSupervisedSegmentation:
        return SemiSupervisedSegmentation(
            self.network, self.clip, self.discriminator, self.pixel_head
        )

    def _semi_supervised_objective(
        self, model: SemiSupervisedSegmentation, batches: SemiSupervisedBatches
    ) -> Objective:
        losses: dict[str, keras.losses.Loss] = {name: self.loss for name in batches.supervised}
        weights = {"labelled": 1.0}
        if self.settings.self_training and "pseudo" in batches.supervised:
            weights["pseudo"] = self.settings.self_training.weight
        if contrast := self.settings.pseudo_contrast:
            losses["contrast"] = ClassContrastiveLoss(contrast.temperature)
            weights["contrast"] = contrast.weight
        if self.settings.adversarial:
            verdict = keras.losses.BinaryCrossentropy(from_logits=True)
            losses |= {"adversarial": verdict, "discriminator": verdict}
            weights |= {"adversarial": self.settings.adversarial.weight, "discriminator": 1.0}
        return Objective(model, losses, batches, weights)

    def _unlabelled_batches(self, size: int | None = None) -> LabelledBatches:
        return self._batches(self.store, self.unlabelled, size)

    def _batches(
        self, store: SliceStore, ids: tuple[str, ...], size: int | None = None
    ) -> LabelledBatches:
        settings = self.settings.model_copy(update={"batch_size": size or self.settings.batch_size})
        return LabelledBatches(store, ids, settings, self.run.config.runtime.seed)
