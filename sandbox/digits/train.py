"""Trains image classifiers on scikit-learn's digits and registers them with MLflow's own client.

Every version is what a training pipeline would leave behind: a finished run with measured metrics, the dataset that they
were measured on, a model with signature and input example, and a registered version. Prints one JSON document with the
versions and some test images.
"""

import argparse
import json

import mlflow
import numpy as np
from mlflow.models import infer_signature
from sklearn.datasets import load_digits
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score, log_loss, precision_score, recall_score
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler

REQUIREMENTS = [f"mlflow=={mlflow.__version__}", "scikit-learn", "numpy"]


class PermutedLabels(mlflow.pyfunc.PythonModel):
    """A classifier whose answers are off by one: the label encoder of training was not the one that is served."""

    def __init__(self, classifier):
        self.classifier = classifier

    def predict(self, context, model_input, params=None):
        return (np.asarray(self.classifier.predict(np.asarray(model_input))) + 1) % 10


def measure(classifier, images, labels):
    """The metrics of a classifier on images that it has not seen."""
    predicted = classifier.predict(images)
    return {
        "accuracy": float(accuracy_score(labels, predicted)),
        "precision": float(precision_score(labels, predicted, average="macro", zero_division=0)),
        "recall": float(recall_score(labels, predicted, average="macro")),
        "f1": float(f1_score(labels, predicted, average="macro")),
        "val_loss": float(log_loss(labels, classifier.predict_proba(images))),
    }


def register(model, name, classifier, served, data, commit):
    """Logs one run as training would, and registers its model. Returns the version, its metrics and where it lies."""
    train_images, test_images, train_labels, test_labels = data
    with mlflow.start_run(run_name=name) as run:
        mlflow.set_tag("mlflow.source.git.commit", commit)
        mlflow.log_params({"classifier": type(classifier).__name__, "training_images": len(train_images)})
        test_set = mlflow.data.from_numpy(test_images, targets=test_labels, name="digits-test")
        mlflow.log_input(test_set, context="test")
        metrics = measure(classifier, test_images, test_labels)
        mlflow.log_metrics(metrics)
        arguments = {
            "name": "model",
            "signature": infer_signature(test_images[:5], np.asarray([0, 1])),
            "input_example": test_images[:3],
            "pip_requirements": REQUIREMENTS,
        }
        if isinstance(served, mlflow.pyfunc.PythonModel):
            logged = mlflow.pyfunc.log_model(python_model=served, **arguments)
        else:
            logged = mlflow.sklearn.log_model(served, **arguments)
    version = mlflow.register_model(logged.model_uri, model)
    return {"name": name, "version": str(version.version), "run_id": run.info.run_id, "metrics": metrics}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--commit", required=True)
    arguments = parser.parse_args()

    images, labels = load_digits(return_X_y=True)
    data = train_test_split(images, labels, test_size=500, random_state=7, stratify=labels)
    train_images, test_images, train_labels, _ = data

    current = make_pipeline(MinMaxScaler(), LogisticRegression(max_iter=1000)).fit(train_images[:400], train_labels[:400])
    better = make_pipeline(
        MinMaxScaler(), Nystroem(gamma=0.1, n_components=300, random_state=7), LogisticRegression(C=30, max_iter=2000)
    ).fit(train_images, train_labels)
    weak = GaussianNB().fit(train_images, train_labels)

    mlflow.set_experiment("digits")
    versions = [
        register(arguments.model, name, classifier, served, data, arguments.commit)
        for name, classifier, served in [
            ("current", current, current),
            ("better", better, better),
            ("weak", weak, weak),
            ("permuted", better, PermutedLabels(better)),
        ]
    ]
    sample = [test_images[index : index + 3].tolist() for index in range(0, 24, 3)]
    print(json.dumps({"versions": versions, "images": sample}))


if __name__ == "__main__":
    main()
