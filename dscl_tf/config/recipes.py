"""Recipes: parts of a configuration under a name, laid over a whole one."""

from typing import Any

from dscl_tf.config.shipped import shipped_file, shipped_names
from dscl_tf.errors import UsageError
from dscl_tf.readers import parse_yaml


def recipe_names() -> list[str]:
    """Return the names of the shipped recipes (configs/recipe).

    >>> recipe_names()
    ['best', 'paper']
    """
    return shipped_names("recipe")


def read_recipe(name: str) -> dict[str, Any]:
    """Return the keys that a recipe sets, as a tree.

    Raises:
        UsageError: there is no such recipe.

    >>> read_recipe("best")["finetune"]["teacher"]
    {'supervised': 0.25}
    """
    if name not in recipe_names():
        raise UsageError(f"`recipe`: must be one of {', '.join(recipe_names())}, got {name!r}")
    tree: dict[str, Any] = parse_yaml(shipped_file(f"recipe/{name}").read_text("utf-8"))
    return tree


def lay_over(tree: dict[str, Any], recipe: dict[str, Any]) -> dict[str, Any]:
    """Return `tree` with the keys of `recipe` in place of its own; mappings are joined.

    An empty mapping in the recipe switches a section on, and keeps what the tree says of it.

    >>> lay_over({"steps": 5, "wide": None, "elastic": {"sigma": 2}}, {"wide": {}, "elastic": {}})
    {'steps': 5, 'wide': {}, 'elastic': {'sigma': 2}}
    """
    joined = dict(tree)
    for key, value in recipe.items():
        own = joined.get(key)
        if isinstance(own, dict) and isinstance(value, dict):
            joined[key] = lay_over(own, value)
        else:
            joined[key] = value
    return joined
