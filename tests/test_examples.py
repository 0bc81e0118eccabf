import re
import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).parents[1] / "examples"


def test_pretraining_and_fine_tuning_with_the_library_alone():
    command = [sys.executable, EXAMPLES / "pretrain_in_keras.py", "--steps", "2"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert re.fullmatch(
        r"slice_embedding: loss \d\.\d{3} on average over 2 steps\n"
        r"(unet_(pretrained|random): loss \d\.\d{3} on average over 2 steps\n"
        r"mean Dice, \2 encoder: 0\.\d{3}\n){2}",
        run.stdout,
    ), run.stdout
