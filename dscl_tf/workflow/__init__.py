"""All steps of an experiment in a row: what `dscl-tf run` and `dscl-tf demo` do.

`plan.py` says which steps there are, `state.py` keeps what was done, `runner.py` does the rest.
Importing this package imports no Keras: everything that can be checked without it is checked first.
"""

from dscl_tf.workflow.plan import STEPS, Plan, plan_steps
from dscl_tf.workflow.result import WorkflowResult
from dscl_tf.workflow.runner import Sources, run_workflow
from dscl_tf.workflow.state import State

__all__ = ["STEPS", "Plan", "Sources", "State", "WorkflowResult", "plan_steps", "run_workflow"]
