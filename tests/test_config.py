import pytest

from dscl_tf.config import Affine, Augmentation, Elastic, Finetune, SelfTraining, Splits
from dscl_tf.config_files import load_config
from dscl_tf.errors import UsageError

SPLITS = ("acdc", "acdc_development")


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("data.gird=[64, 64]", "data.gird: unknown key"),
        ("data.grid=[60, 64]", "data.grid: both sides must be multiples of 16 .* got [60, 64]"),
        ("finetune.steps=0", "finetune.steps: .* greater than or equal to 1, got 0"),
        ("finetune.steps=many", "finetune.steps: .* valid integer.* got 'many'"),
        ("pretrain_global.batch_size=9", "pretrain_global: batch_size must be even .* got 9"),
        ("pretrain_global.batch_size=12", "pretrain_global: batch_size must be at least 16 .* 12"),
        ("pretrain_global.strategy=GX", "pretrain_global.strategy: .* got 'GX'"),
        ("pretrain_local.negatives=13", "pretrain_local: negatives must be fewer than regions"),
        (
            "pretrain_local.augmentation={crop: [0.5, 1]}",
            "augmentation must be intensity or colour alone",
        ),
        ("pretrain_local.strategy=LX", "pretrain_local.strategy: .* got 'LX'"),
        (
            "pretrain_local={strategy: LD, partitions: 6, batch_size: 20}",
            "pretrain_local: batch_size must be at least 24 with strategy LD and 6 .* got 20",
        ),
        ("pretrain_joint.batch_size=10", "pretrain_joint: batch_size must be a multiple of 4"),
        ("pretrain_joint.lambda_l=0", "pretrain_joint.lambda_l: .* greater than 0, got 0"),
        ("pretrain_joint.temperature=1", "pretrain_joint.temperature: unknown key"),
        ("pretrain_pretext.task=jigsaw", "pretrain_pretext.task: .* got 'jigsaw'"),
        ("pretrain_pretext.box=[0.5, 0.2]", "box must be an ascending range up to 1, got [0.5, 0."),
        ("pretrain_pretext.patch=[0.1, 0.4]", "patch must be an ascending range up to 0.333, got"),
        ("pretrain_pretext.augmentation={affine: {}}", "affine must be null with task rotation"),
        ("pretrain_pretext.health_every=7", "pretrain_pretext.health_every: must be a multiple"),
        ("compat=mine", "compat: .* got 'mine'"),
        ("pretrain_local.decoder_blocks=5", "pretrain_local.decoder_blocks: must be at most 4"),
        ("data.intensity_range=[255, 0]", "data.intensity_range: must be two ascending values"),
        ("data.layout=cityscapes", "model.channels: must be 3 with data.layout cityscapes, got 1"),
        ("model.channels=3", "model.channels: must be 1 with data.layout phantom, got 3"),
        (
            "data={layout: cityscapes, bias_correction: {}, classes: {1: a}, spacing: [1, 1], "
            "grid: [64, 64]}",
            "data: bias_correction: must be null with layout cityscapes",
        ),
        (
            "data={layout: cityscapes, channel: 0, classes: {1: a}, spacing: [1, 1], grid: [8, 8]}",
            "data: channel: must be null with layout cityscapes",
        ),
        (
            "pretrain_pretext.augmentation={intensity: null, colour: {}}",
            "pretrain_pretext.augmentation.colour: must be null with data.layout phantom, not RGB",
        ),
        (
            "pretrain_global.augmentation={colour: {}}",
            "pretrain_global.augmentation.colour: must be null with data.layout phantom, not RGB",
        ),
        ("finetune.augmentation.colour={}", "intensity and colour both change the brightness"),
        ("data.percentiles=[99, 1]", "data.percentiles: must be two ascending values"),
        ("data.classes={1: a, 3: b}", "data.classes: labels must be 1, 2, ... without gaps"),
        ("data.labels={205: 1, 600: 2}", "data: labels must map to each of the classes 1, 2, 3"),
        ("data.labels={0: 1, 2: 2, 3: 3}", "data.labels.0.*greater than or equal to 1"),
        ("data.unlisted_labels=skip", "data.unlisted_labels: .* got 'skip'"),
        ("data.channel=-1", "data.channel: .* greater than or equal to 0, got -1"),
        ("data.layout=folder", "data: folder: must be given with layout folder .* got none"),
        ("data.folder={images: '{id}.nii'}", "data: folder: .* got one with layout phantom"),
        ("data.folder={images: a.nii}", "data.folder.images: must hold {id} and no other braces"),
        ("data.folder={images: '{id}{x}'}", "data.folder.images: must hold {id} and no other"),
        ("data.folder={images: '**/{id}'}", "data.folder.images: .* there is no .*, got '.*/{id}'"),
        ("data.folder={images: '../{id}'}", "data.folder.images: must be a path inside the source"),
        (
            "data.folder={images: '{id}', masks: '{id}'}",
            "data.folder: images and masks must differ",
        ),
        ("model.filters=[8]", "model.filters: must name the filters of two or more levels"),
        ("runtime.checkpoint_every=30", "runtime: checkpoint_every must be a multiple"),
        ("finetune.validate_every=30", "finetune.validate_every: must be a multiple"),
        (
            "finetune={batch_size: 5, self_training: {}}",
            "finetune: batch_size must be even with self_training .* got 5",
        ),
        (
            "finetune.self_training={rounds: 12}",
            "finetune.self_training: 12 rounds and the labelled phase .* finetune.steps 300",
        ),
        (
            "finetune.self_training={steps_per_round: 100}",
            "finetune.self_training: 3 rounds .* got finetune.steps 300 and steps_per_round 100",
        ),
        (
            "finetune.self_training={steps_per_round: 30}",
            "finetune.self_training.steps_per_round: must be a multiple of .* got 30",
        ),
        ("finetune.adversarial={filters: []}", "filters: must name the filters of one or more"),
        ("finetune.adversarial={weight: -1}", "adversarial.weight: .* or equal to 0, got -1"),
        ("splits.test=['001']", "splits: unlabelled and test must not share volumes, .*'001'"),
        ("splits=nowhere", "splits: must be lists of volume ids or one of acdc"),
    ],
)
def test_a_broken_rule_is_one_line_that_names_the_key(override: str, message: str) -> None:
    pattern = message.replace("[", r"\[").replace("]", r"\]").replace("(", r"\(")
    with pytest.raises(UsageError, match=pattern) as error:
        load_config("phantom", [override])
    assert "\n" not in str(error.value)


def test_splits_overlap_between_train_and_validation_is_an_error() -> None:
    combination = {"train": ["1"], "validation": ["1"]}
    with pytest.raises(ValueError, match=r"labelled.1.c1.train and labelled.1.c1.validation"):
        Splits(unlabelled=("2",), labelled={1: {"c1": combination}}, test=())


def test_select_names_the_combinations_that_exist() -> None:
    splits = load_config("phantom").splits
    assert splits.select(1, "c2").train == ("002",)
    with pytest.raises(UsageError, match=r"splits\.labelled: must list labelled volumes, got none"):
        Splits(unlabelled=("1",), labelled={}, test=()).select(1, "c1")
    with pytest.raises(UsageError, match=r"finetune\.ntr: must be one of 1, 2, 8, all, got 3"):
        splits.select(3, "c1")
    with pytest.raises(UsageError, match=r"with ntr 1 must be one of c1, c2, got c9"):
        splits.select(1, "c9")


def test_rounds_of_self_training_start_at_whole_reports() -> None:
    assert SelfTraining().starts(300, 25) == (150, 200, 250)
    assert SelfTraining(rounds=2).starts(149, 25) == (75, 100)
    assert SelfTraining(rounds=2, steps_per_round=50).starts(310, 25) == (200, 250)
    assert SelfTraining(rounds=0).starts(10, 25) == ()


def test_augmentation_kinds_are_the_configurations_or_the_stages_defaults() -> None:
    mine = Augmentation(crop=(0.8, 1), affine=Affine(rotation=5), elastic=Elastic(sigma=2))
    chosen = Finetune(augmentation=mine).with_augmentation(["affine", "intensity"])
    assert chosen.crop == mine.crop and chosen.affine == mine.affine
    assert chosen.elastic is None
    assert chosen.intensity == Finetune().augmentation.intensity


@pytest.mark.parametrize(
    ("name", "count"), [("acdc", 78), ("acdc_half", 78), ("hippocampus", 130), ("phantom", 12)]
)
def test_the_benchmark_trains_on_all_labelled_volumes(name: str, count: int) -> None:
    volumes = load_config(name, ["finetune.ntr=all"]).splits.select("all", "c1")
    assert (len(set(volumes.train)), len(volumes.validation)) == (count, 2)


def test_the_development_benchmark_keeps_the_paper_test_patients_out() -> None:
    paper, development = (load_config("acdc", [f"splits={name}"]).splits for name in SPLITS)
    train = set(development.select("all", "c1").train)
    assert train == set(paper.select("all", "c1").train) - set(development.test)
    assert not train & set(paper.test)
