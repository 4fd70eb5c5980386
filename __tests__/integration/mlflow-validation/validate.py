"""Judges each case with MLflow's own validation and says what it did. Reads a JSON file, writes a JSON file.

Numbers that JSON cannot hold come as the texts NaN, Infinity and -Infinity.
"""

import json
import logging
import sys
from types import SimpleNamespace

from mlflow.models.evaluation import validation

logging.disable(logging.CRITICAL)


def number(value):
    return float(value) if isinstance(value, str) else value


def share(value):
    """MLflow refuses a share that is a Python int; JSON writes 1.0 as 1."""
    return None if value is None else float(value)


def metrics(values):
    return {name: number(value) for name, value in values.items()}


def judge(case):
    rule = case["rule"]
    try:
        threshold = validation.MetricThreshold(
            threshold=number(rule["threshold"]),
            min_absolute_change=number(rule["min_absolute_change"]),
            min_relative_change=share(rule["min_relative_change"]),
            greater_is_better=rule["greater_is_better"],
        )
    except validation.MetricThresholdClassException:
        return "refused"
    baseline = case["baseline"]
    try:
        validation.validate_evaluation_results(
            {"m": threshold},
            SimpleNamespace(metrics=metrics(case["candidate"])),
            None if baseline is None else SimpleNamespace(metrics=metrics(baseline)),
        )
    except validation.ModelValidationFailedException:
        return "fail"
    except Exception:  # what MLflow does not handle is what we want to know
        return "crash"
    return "pass"


with open(sys.argv[1], encoding="utf-8") as source:
    outcomes = [judge(case) for case in json.load(source)]
with open(sys.argv[2], "w", encoding="utf-8") as target:
    json.dump(outcomes, target)
