"""Registers models with MLflow's own client and prints what a reader has to find, as one line of JSON.

Runs with MLflow 2.x and 3.x; MLFLOW_TRACKING_URI and its credentials come from the environment.
"""

import json
import logging
import math
import sys
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)

import mlflow
import pandas
from mlflow.models import infer_signature
from mlflow.tracking import MlflowClient

MODEL = "digits"
ODD = "team a.b"
COMMITS = ["a" * 40, "b" * 40]
IS_THREE = int(mlflow.__version__.split(".")[0]) >= 3
FRAME = pandas.DataFrame({"p0": [0.0, 1.0], "p1": [5.0, 2.0]})


class Echo(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return model_input["p0"]


def log_model():
    """The model with signature and example, under the argument that this version of MLflow takes."""
    place = {"name": "model"} if IS_THREE else {"artifact_path": "model"}
    return mlflow.pyfunc.log_model(
        python_model=Echo(),
        input_example=FRAME,
        signature=infer_signature(FRAME, FRAME["p0"]),
        pip_requirements=[],
        **place,
    )


def train(commit, accuracy):
    """One run with one point, histories, a NaN and an infinity. Returns run id and what was logged."""
    with mlflow.start_run(tags={"mlflow.source.git.commit": commit}) as run:
        mlflow.log_param("depth", 3)
        mlflow.log_metric("accuracy", accuracy)
        mlflow.log_metric("broken", math.nan)
        mlflow.log_metric("blown", math.inf)
        mlflow.log_metric("sunk", -math.inf)
        for step, value in enumerate([0.5, 0.3, 0.4]):
            mlflow.log_metric("val_loss", value, step=step)
        dataset = mlflow.data.from_pandas(FRAME, name="test")
        mlflow.log_input(dataset, context="testing")
        info = log_model()
        if IS_THREE:
            mlflow.log_metric("f1", 0.8, model_id=info.model_id, dataset=dataset)
            mlflow.log_metric("nan_loss", math.nan, model_id=info.model_id)
            mlflow.log_metric("zero_loss", 0.0, model_id=info.model_id)
    return run.info.run_id, info, dataset


def version_of(client, name, info, run_id):
    """A further version of the same files."""
    if IS_THREE:
        return client.create_model_version(name, f"models:/{info.model_id}", run_id, model_id=info.model_id)
    return client.create_model_version(name, client.get_model_version(MODEL, "1").source, run_id)


def main():
    client = MlflowClient()
    mlflow.set_experiment("digits")
    first_run, first, dataset = train(COMMITS[0], 0.9)
    second_run, second, _ = train(COMMITS[1], 0.95)
    mlflow.register_model(first.model_uri, MODEL, tags={"validation": "passed"})
    mlflow.register_model(second.model_uri, MODEL)
    for _ in range(9):
        version_of(client, MODEL, second, second_run)
    client.delete_model_version(MODEL, "11")
    client.set_registered_model_alias(MODEL, "champion", "1")
    client.set_registered_model_alias(MODEL, "shadow", "2")
    client.update_model_version(MODEL, "2", description="Edited last, so that it comes first in the usual order.")
    client.create_registered_model(ODD)
    version_of(client, ODD, first, first_run)
    copied = client.copy_model_version(f"models:/{MODEL}/1", "digits-production")
    client.create_registered_model("empty")
    found = {
        "mlflow": mlflow.__version__,
        "runs": [first_run, second_run],
        "model_id": first.model_id if IS_THREE else None,
        "digest": dataset.digest,
        "copied": str(copied.version),
    }
    print(json.dumps(found))


def people():
    """Users of a server with logins: one who may read, one who may not even do that."""
    from mlflow.server import get_app_client

    users = get_app_client("basic-auth", mlflow.get_tracking_uri())
    for name in ("reader", "stranger"):
        users.create_user(name, f"{name}-pa55word")
    if hasattr(users, "grant_user_permission"):
        users.grant_user_permission("stranger", "registered_model", MODEL, "DENY")
    else:
        users.create_registered_model_permission(MODEL, "stranger", "NO_PERMISSIONS")


if __name__ == "__main__":
    main()
    if "people" in sys.argv[1:]:
        people()
