"""Registries and tracking, driven by the Databricks SDK for Python and by MLflow's own client."""

import math
import time
import unittest

import mlflow
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import DatabricksError, NotFound
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException, RestException

MODEL = "ml.risk.fraud"


class UnityCatalogBySdk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.workspace = WorkspaceClient()

    def test_model_and_aliases(self):
        models = self.workspace.registered_models
        self.assertFalse(models.get(MODEL).aliases)
        aliases = models.get(MODEL, include_aliases=True).aliases
        self.assertIn(("champion", 1), [(alias.alias_name, alias.version_num) for alias in aliases])
        models.set_alias(MODEL, "sdk-challenger", 2)
        self.assertEqual(self.workspace.model_versions.get_by_alias(MODEL, "sdk-challenger").version, 2)
        models.set_alias(MODEL, "sdk-challenger", 1)
        self.assertEqual(self.workspace.model_versions.get_by_alias(MODEL, "sdk-challenger").version, 1)
        models.delete_alias(MODEL, "sdk-challenger")
        with self.assertRaises(NotFound):
            self.workspace.model_versions.get_by_alias(MODEL, "sdk-challenger")

    def test_versions(self):
        versions = {version.version: version for version in self.workspace.model_versions.list(MODEL)}
        self.assertEqual(set(versions), {1, 2, 3, 4})
        self.assertEqual(versions[4].status.value, "PENDING_REGISTRATION")
        self.assertEqual(self.workspace.model_versions.get(MODEL, 2).source[:9], "models:/m")
        self.workspace.model_versions.update(MODEL, 3, comment="bad")
        self.assertEqual(self.workspace.model_versions.get(MODEL, 3).comment, "bad")
        with self.assertRaises(NotFound):
            self.workspace.model_versions.get(MODEL, 99)

    def test_create_list_and_delete(self):
        models = self.workspace.registered_models
        created = models.create(catalog_name="ml", schema_name="risk", name="Short_Lived", comment="c")
        self.assertEqual(created.full_name, "ml.risk.short_lived")
        names = [model.full_name for model in models.list(catalog_name="ml", schema_name="risk")]
        self.assertIn("ml.risk.short_lived", names)
        models.update("ml.risk.short_lived", comment="d")
        self.assertEqual(models.get("ml.risk.short_lived").comment, "d")
        models.delete("ml.risk.short_lived")
        with self.assertRaises(DatabricksError):
            models.get("ml.risk.short_lived")

    def test_pages(self):
        listed = list(self.workspace.model_versions.list(MODEL, max_results=1))
        self.assertEqual(len(listed), 4)


class UnityCatalogByMlflow(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.client = MlflowClient(tracking_uri="databricks", registry_uri="databricks-uc")

    def test_version_with_metrics_and_model_id(self):
        version = self.client.get_model_version(MODEL, "2")
        self.assertEqual(version.status, "READY")
        self.assertTrue(version.model_id.startswith("m-"))
        self.assertEqual({metric.key: metric.value for metric in version.metrics}["accuracy"], 0.94)
        self.assertEqual(version.tags["stage"], "candidate")

    def test_aliases(self):
        self.client.set_registered_model_alias(MODEL, "mlflow-challenger", "2")
        self.assertEqual(self.client.get_model_version_by_alias(MODEL, "mlflow-challenger").version, "2")
        aliases = self.client.get_registered_model(MODEL).aliases
        self.assertEqual(aliases["mlflow-challenger"], "2")
        self.client.delete_registered_model_alias(MODEL, "mlflow-challenger")
        with self.assertRaises(RestException):
            self.client.get_model_version_by_alias(MODEL, "mlflow-challenger")

    def test_tags(self):
        self.client.set_model_version_tag(MODEL, "1", "promoted_by", "ci")
        self.assertEqual(self.client.get_model_version(MODEL, "1").tags["promoted_by"], "ci")
        self.client.delete_model_version_tag(MODEL, "1", "promoted_by")
        self.assertNotIn("promoted_by", self.client.get_model_version(MODEL, "1").tags)
        self.client.set_registered_model_tag(MODEL, "owner", "risk")
        self.assertEqual(self.client.get_registered_model(MODEL).tags["owner"], "risk")
        self.client.delete_registered_model_tag(MODEL, "owner")

    def test_search(self):
        found = self.client.search_model_versions(f"name='{MODEL}'")
        self.assertEqual({version.version for version in found}, {"1", "2", "3", "4"})
        with self.assertRaises(MlflowException):
            self.client.search_model_versions("tags.stage = 'candidate'")
        self.assertIn(MODEL, [model.name for model in self.client.search_registered_models()])

    def test_create_describe_and_delete(self):
        name = "ml.risk.by_mlflow"
        self.client.create_registered_model(name, tags={"a": "b"}, description="first")
        self.assertEqual(self.client.get_registered_model(name).tags, {"a": "b"})
        self.client.update_registered_model(name, description="second")
        self.assertEqual(self.client.get_registered_model(name).description, "second")
        self.client.delete_registered_model(name)
        with self.assertRaises(RestException):
            self.client.get_registered_model(name)

    def test_download_uri(self):
        self.assertTrue(self.client.get_model_version_download_uri(MODEL, "1"))


class WorkspaceRegistry(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.client = MlflowClient(tracking_uri="databricks", registry_uri="databricks")
        cls.workspace = WorkspaceClient()

    def test_stages_by_mlflow(self):
        moved = self.client.transition_model_version_stage("fraud-legacy", "1", "Production")
        self.assertEqual(moved.current_stage, "Production")
        self.client.transition_model_version_stage("fraud-legacy", "2", "Production", archive_existing_versions=True)
        self.assertEqual(self.client.get_model_version("fraud-legacy", "1").current_stage, "Archived")
        latest = self.client.get_latest_versions("fraud-legacy", ["Production"])
        self.assertEqual([version.version for version in latest], ["2"])

    def test_no_aliases(self):
        with self.assertRaises(MlflowException):
            self.client.set_registered_model_alias("fraud-legacy", "champion", "1")

    def test_by_sdk(self):
        registry = self.workspace.model_registry
        model = registry.get_model("fraud-legacy").registered_model_databricks
        self.assertEqual(model.permission_level.value, "CAN_MANAGE")
        levels = registry.get_permission_levels(model.id).permission_levels
        self.assertEqual(len(levels), 5)
        registry.set_model_version_tag("fraud-legacy", "1", "k", "v")
        tags = registry.get_model_version("fraud-legacy", "1").model_version.tags
        self.assertEqual([(tag.key, tag.value) for tag in tags], [("k", "v")])
        registry.delete_model_version_tag("fraud-legacy", "1", "k")
        request = registry.create_transition_request("fraud-legacy", "1", "Staging", comment="please").request
        self.assertEqual(request.to_stage, "Staging")
        open_requests = list(registry.list_transition_requests("fraud-legacy", "1"))
        self.assertEqual(len(open_requests), 1)
        registry.approve_transition_request("fraud-legacy", "1", "Staging", False)
        self.assertEqual(list(registry.list_transition_requests("fraud-legacy", "1")), [])
        found = list(registry.search_model_versions(filter="name='fraud-legacy'"))
        self.assertEqual(len(found), 2)


class Tracking(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        mlflow.set_tracking_uri("databricks")
        cls.client = MlflowClient(tracking_uri="databricks", registry_uri="databricks-uc")
        cls.workspace = WorkspaceClient()

    def test_run_by_fluent_api(self):
        mlflow.set_experiment("/Shared/fluent")
        with mlflow.start_run(run_name="training") as run:
            for step, value in enumerate([0.5, 0.7, 0.6]):
                mlflow.log_metric("accuracy", value, step=step)
            mlflow.log_metrics({"nan": float("nan"), "inf": float("inf")})
            mlflow.log_params({"lr": 0.1})
            mlflow.set_tags({"team": "risk"})
        read = self.client.get_run(run.info.run_id)
        self.assertEqual(read.info.status, "FINISHED")
        self.assertEqual(read.data.metrics["accuracy"], 0.6)
        self.assertTrue(math.isnan(read.data.metrics["nan"]))
        self.assertGreater(read.data.metrics["inf"], 1e308)
        self.assertEqual(read.data.params, {"lr": "0.1"})
        self.assertEqual(read.data.tags["team"], "risk")
        history = self.client.get_metric_history(run.info.run_id, "accuracy")
        self.assertEqual([point.value for point in history], [0.5, 0.7, 0.6])

    def test_search(self):
        experiment = self.client.create_experiment("/Shared/searched")
        for accuracy in (0.5, 0.9):
            run = self.client.create_run(experiment)
            self.client.log_metric(run.info.run_id, "accuracy", accuracy)
            self.client.set_terminated(run.info.run_id)
        found = self.client.search_runs([experiment], filter_string="metrics.accuracy > 0.8 and attributes.status = 'FINISHED'")
        self.assertEqual([run.data.metrics["accuracy"] for run in found], [0.9])

    def test_deleted_run_still_answers_and_takes_no_tags(self):
        experiment = self.client.create_experiment("/Shared/deleted")
        run_id = self.client.create_run(experiment).info.run_id
        self.client.delete_run(run_id)
        self.assertEqual(self.client.get_run(run_id).info.lifecycle_stage, "deleted")
        with self.assertRaises(RestException):
            self.client.set_tag(run_id, "a", "b")

    def test_logged_model(self):
        version = self.client.get_model_version(MODEL, "2")
        model = self.client.get_logged_model(version.model_id)
        self.assertEqual(model.status.name, "READY")
        self.assertEqual({metric.key: metric.value for metric in model.metrics}["accuracy"], 0.94)
        created = self.client.create_logged_model(model.experiment_id, name="by-client", tags={"a": "b"}, params={"p": "1"})
        self.client.finalize_logged_model(created.model_id, "READY")
        read = self.client.get_logged_model(created.model_id)
        self.assertEqual((read.status.name, read.tags["a"], read.params["p"]), ("READY", "b", "1"))
        self.client.set_logged_model_tags(created.model_id, {"c": "d"})
        self.assertEqual(self.client.get_logged_model(created.model_id).tags["c"], "d")

    def test_experiments_by_sdk(self):
        api = self.workspace.experiments
        experiment = api.create_experiment("/Shared/by-sdk").experiment_id
        run = api.create_run(experiment_id=experiment, start_time=int(time.time() * 1000)).run.info.run_id
        api.log_metric(run_id=run, key="f1", value=0.8, timestamp=1, step=1)
        api.set_tag(run_id=run, key="k", value="v")
        read = api.get_run(run).run
        self.assertEqual(read.data.metrics[0].value, 0.8)
        self.assertEqual([tag.value for tag in read.data.tags if tag.key == "k"], ["v"])
        self.assertEqual([m.value for m in api.get_history("f1", run_id=run)], [0.8])
        self.assertEqual(api.get_by_name("/Shared/by-sdk").experiment.experiment_id, experiment)
        self.assertEqual(api.get_permissions(experiment).object_type, "mlflowExperiment")


if __name__ == "__main__":
    unittest.main()
