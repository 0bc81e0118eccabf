import pytest

from dscl_tf.config import load_config, recipes
from dscl_tf.config.recipes import lay_over, read_recipe
from dscl_tf.errors import UsageError

CONFIGS = ("acdc", "acdc_half", "hippocampus", "phantom")


@pytest.mark.parametrize("name", CONFIGS)
def test_best_switches_on_its_ingredients_and_keeps_the_rest(name):
    plain, best = load_config(name), load_config(name, recipe="best")
    augmentation = best.finetune.augmentation
    assert augmentation.wide and not augmentation.affine and not augmentation.intensity
    assert augmentation.elastic == plain.finetune.augmentation.elastic
    assert best.finetune.teacher and best.finetune.components
    changed = {"augmentation", "teacher", "components"}
    assert best.finetune.model_dump(exclude=changed) == plain.finetune.model_dump(exclude=changed)
    assert best.model_dump(exclude={"finetune"}) == plain.model_dump(exclude={"finetune"})


@pytest.mark.parametrize("name", ["acdc", "acdc_half"])
def test_the_shipped_configurations_are_those_of_the_paper(name):
    assert load_config(name, recipe="paper") == load_config(name)


def test_overrides_win_over_a_recipe():
    config = load_config("phantom", ["finetune.teacher.decay=0.9"], recipe="best")
    assert config.finetune.teacher.decay == 0.9
    assert load_config("phantom", ["finetune.teacher=null"], recipe="best").finetune.teacher is None


def test_splits_may_be_overridden_beside_a_recipe():
    config = load_config("acdc_half", ["splits=acdc_development"], recipe="best")
    assert config.splits == load_config("acdc_half", ["splits=acdc_development"]).splits


def test_a_recipe_wins_over_the_file(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(
        "name: mine\n"
        "data: {layout: folder, folder: {images: 'i/{id}.nii', masks: 'm/{id}.nii'}, "
        "source: scans, classes: {1: organ}, spacing: [1, 1], grid: [64, 64]}\n"
        "splits: {unlabelled: [a, b], labelled: {}, test: []}\n"
        "finetune: {teacher: {decay: 0.5}, augmentation: {affine: {}}}\n"
    )
    config = load_config(file, recipe="best")
    assert config.finetune.teacher.decay == 0.5  # it was on already: its own settings stay
    assert config.finetune.augmentation.affine is None
    assert config.data.source == tmp_path / "scans"


def test_an_unknown_recipe_names_those_that_exist():
    with pytest.raises(UsageError, match=r"`recipe`: must be one of best, paper, got 'worst'"):
        read_recipe("worst")


def test_laying_over_changes_neither_tree():
    tree, recipe = {"a": {"b": 1}}, {"a": {"c": 2}}
    assert lay_over(tree, recipe) == {"a": {"b": 1, "c": 2}}
    assert (tree, recipe) == ({"a": {"b": 1}}, {"a": {"c": 2}})


@pytest.mark.parametrize("name", recipes())
def test_every_recipe_is_a_valid_configuration(name):
    assert load_config("phantom", recipe=name).name == "phantom"
