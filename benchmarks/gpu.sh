#!/usr/bin/env bash
# Steps of all stages, then full-length ACDC experiments, on a GPU with JAX.
#
#     bash benchmarks/gpu.sh OUT [STORES]
#
# Needs a checkout, Python with JAX for CUDA, and keras with the packages that a run imports; it
# installs nothing. OUT gets small text files. STORES is the folder in which `dscl-tf data prepare acdc
# --config acdc` made the store `acdc`; without it only steps are timed, on the phantom's volumes. STEPS
# and ITERATIONS change how many (20 and 10,000), CONFIG the steps' sizes, SCALE=half the experiments' (of
# the store `acdc_half`), so that a try on a CPU takes minutes:
#
#     STEPS=2 ITERATIONS=2 CONFIG=phantom SCALE=half bash benchmarks/gpu.sh out stores
set -euo pipefail
out=$(mkdir -p "$1" && cd "$1" && pwd)
stores=${2:+$(cd "$2" && pwd)}
cd "$(dirname "$0")/.."
export KERAS_BACKEND=jax PYTHONPATH=$PWD${PYTHONPATH:+:$PYTHONPATH}
steps=${STEPS:-20} iterations=${ITERATIONS:-10000} config=${CONFIG:-acdc} scale=${SCALE:-full}

python - > "$out/device.txt" <<'PY'
import jax, keras
print("jax", jax.__version__, "keras", keras.__version__)
print(*jax.devices(), sep="\n")
PY

watch() { # run a command, and note the use of the GPU each second while it runs
  local name=$1 watcher=
  shift
  if command -v nvidia-smi > /dev/null; then
    nvidia-smi --query-gpu=name,utilization.gpu,memory.used --format=csv,noheader -l 1 \
      > "$out/use-$name.csv" &
    watcher=$!
  fi
  "$@"
  if [ -n "$watcher" ]; then kill "$watcher"; fi
}

rm -f "$out/steps.jsonl"
for precision in float32 mixed_bfloat16; do
  for job in pretrain_global pretrain_local finetune inference; do
    watch "$job-$precision" python benchmarks/step_time.py "$job" --config "$config" \
      --steps "$steps" --precision "$precision" >> "$out/steps.jsonl"
  done
done

if [ -n "$stores" ]; then
  for precision in float32 mixed_bfloat16; do
    python -m dscl_tf.cli reproduce table6 --scale "$scale" --ntr 1 --combination c1 --only 'acdc GD*' \
      --stores "$stores" --output "$out/table6-$precision" \
      --set splits=acdc_development --set runtime.precision=$precision \
      --set pretrain_global.steps="$iterations" --set pretrain_local.steps="$iterations" \
      --set finetune.steps="$iterations" | tee "$out/table6-$precision.txt"
  done
fi
