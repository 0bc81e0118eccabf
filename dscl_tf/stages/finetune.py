"""Fine-tuning of the whole U-Net on the few labelled volumes (supplement 1.2)."""

from typing import Any

from dscl_tf.data.store import check_volumes
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.errors import DataError
from dscl_tf.models.precision import precision
from dscl_tf.runs.images import write_images
from dscl_tf.runs.networks import segmentation_network
from dscl_tf.runs.run import Run
from dscl_tf.runs.transfer import initialise
from dscl_tf.stages.extensions import Extensions
from dscl_tf.stages.mean_teacher import TeacherPhases
from dscl_tf.stages.recorder import Validation
from dscl_tf.stages.registry import STAGES
from dscl_tf.stages.segmentation_loss import segmentation_loss
from dscl_tf.stages.training import train
from dscl_tf.stages.validation import choose_components, validation_scores
from dscl_tf.stages.validation_figure import validation_figures


def finetune(run: Run, store: SliceStore, source: Run | None) -> None:
    """Train encoder and decoder; keep the weights with the highest validation Dice.

    Self-training and adversarial training are added where the configuration switches them on;
    generators augment the labelled volumes where run.json names their runs.

    Args:
        run: a new run, or one to continue; its configuration decides everything.
        store: holds the labelled volumes and the validation volumes.
        source: the pre-training run to start from, or None for random weights.
    """
    config = run.config
    settings = config.finetune
    volumes = config.splits.select(settings.ntr, settings.combination)
    where = f"splits.labelled.{settings.ntr}.{settings.combination}"
    for role, ids in (("train", volumes.train), ("validation", volumes.validation)):
        check_volumes(ids, store, role=f"{where}.{role}", labelled=True, partitions=None)
    if not any(store.masks[store.volumes[id].slices].any() for id in volumes.validation):
        raise DataError(f"{where}.validation volumes: must show a class, all masks are background")
    validation = volumes.validation
    with precision(config.runtime.precision):
        network = segmentation_network(config)
        if source:
            blocks = STAGES[source.stage].transferred_blocks(source.config)
            initialise(network, source, config.model, decoder_blocks=blocks)
        kind = TeacherPhases if settings.teacher else Extensions
        extensions = kind(run, store, volumes, network, segmentation_loss(settings))

        def conclude() -> dict[str, Any]:
            best = extensions.network  # with the weights that are kept
            pictures = validation_figures(best, store, validation)
            write_images(run.path / "tensorboard", pictures, settings.steps)
            if not settings.components:
                return {}
            return {"components": choose_components(best, store, validation, settings.components)}

        train(
            run,
            settings,
            extensions.phases(),
            optimizer=extensions.optimizer(),
            monitor=extensions.monitor(),
            validation=Validation(
                lambda trained: validation_scores(trained, store, validation),
                settings.validate_every,
            ),
            conclude=conclude,
        )
