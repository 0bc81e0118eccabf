"""Package metadata. `cli/` and `configs/` install inside the package's own namespace."""

import re
from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent
VERSION = re.search(r'__version__ = "(.+)"', (HERE / "dscl_tf/__init__.py").read_text()).group(1)

setup(
    name="dscl-tf",
    version=VERSION,
    description="Medical image segmentation from few labels: contrastive pre-training in Keras 3",
    long_description=(HERE / "README.md").read_text(),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    python_requires=">=3.10,<3.14",
    packages=[*find_packages(include=["dscl_tf", "dscl_tf.*"]), "dscl_tf.cli", "dscl_tf.configs"],
    package_dir={"dscl_tf": "dscl_tf", "dscl_tf.cli": "cli", "dscl_tf.configs": "configs"},
    package_data={
        "dscl_tf.configs": ["*.yaml", "splits/*.yaml", "reproduce/*.yaml", "recipe/*.yaml"],
        "dscl_tf": ["py.typed"],
        "dscl_tf.evaluation.report": ["*.jinja"],
        "dscl_tf.pages": ["*.jinja"],
        "dscl_tf.reproduce": ["*.jinja"],
    },
    entry_points={"console_scripts": ["dscl-tf=dscl_tf.cli:main"]},
    # Each lower bound is a release that the tests were run with: nox -s lower_bounds.
    install_requires=[
        "tensorflow>=2.20",
        "keras>=3.12",
        "numpy>=1.26",
        "scipy>=1.11,<2",
        "nibabel>=5.2",
        "SimpleITK>=2.5.4",
        "joblib>=1.5",
        "filelock>=3.20.3",
        "surface-distance>=0.1",
        "scikit-image>=0.24",
        "pydantic>=2.7",
        "PyYAML>=6.0",
        "click>=8.1",
        "rich>=13.0",
        "matplotlib>=3.8",
        "Pillow>=12.3",
        "jinja2>=3.1.6",
        "tensorboard>=2.20",
    ],
    extras_require={
        "benchmark": ["torch>=2.6"],
        "dask": ["distributed>=2026.8"],
        "dicom-seg": ["highdicom>=0.28"],
        "mlflow": ["mlflow-skinny>=3.17"],
        "wandb": ["wandb>=0.31"],
        "gpu": ["tensorflow[and-cuda]"],
        "jax": ["jax"],
        "litert": ["ai-edge-litert>=2.3"],
        "openvino": ["openvino>=2026.4"],
        "serving-client": ["tensorflow-serving-api>=2.20", "requests>=2.32"],
        "test": [
            "pytest>=8",
            "pytest-xdist>=3.5",
            "hypothesis>=6.100",
            "pydicom>=3.0.1",
            "highdicom>=0.28",
            "ai-edge-litert>=2.3",
            "openvino>=2026.4",
            "requests>=2.32",
            "tensorflow-serving-api>=2.20",
            "distributed>=2026.8",
            "jax",
            "ruff>=0.6",
            "mypy>=1.11",
            "types-PyYAML",
        ],
    },
)
