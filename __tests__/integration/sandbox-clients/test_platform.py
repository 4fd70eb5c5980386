"""Catalogs, grants, files, jobs, warehouses and apps, driven by the Databricks SDK for Python."""

import datetime
import io
import os
import unittest

from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import BadRequest, DatabricksError, NotFound, ResourceAlreadyExists
from databricks.sdk.service import apps, catalog, jobs, sql, workspace as files

LIMIT = datetime.timedelta(seconds=60)


class Identity(unittest.TestCase):
    def test_me_and_workspace_id(self):
        workspace = WorkspaceClient()
        self.assertEqual(workspace.current_user.me().user_name, os.environ["SANDBOX_CLIENT_ID"])
        self.assertGreater(workspace.get_workspace_id(), 0)

    def test_oauth_service_principal(self):
        workspace = WorkspaceClient(
            host=os.environ["DATABRICKS_HOST"],
            client_id=os.environ["SANDBOX_CLIENT_ID"],
            client_secret=os.environ["SANDBOX_CLIENT_SECRET"],
            auth_type="oauth-m2m",
        )
        self.assertTrue(workspace.current_user.me().active)


class Catalogs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.workspace = WorkspaceClient()

    def test_catalog_schema_volume(self):
        w = self.workspace
        w.catalogs.create("vision", comment="c")
        w.schemas.create("Training", "vision")
        volume = w.volumes.create("vision", "training", "data", catalog.VolumeType.MANAGED)
        self.assertEqual(w.schemas.get("vision.training").full_name, "vision.training")
        self.assertEqual(w.volumes.read("vision.training.data").volume_id, volume.volume_id)
        self.assertEqual([v.name for v in w.volumes.list("vision", "training")], ["data"])
        self.assertIn("vision", [c.name for c in w.catalogs.list()])
        with self.assertRaises(NotFound):
            w.catalogs.get("nowhere")
        w.files.upload("/Volumes/vision/training/data/a.txt", io.BytesIO(b"hello"), overwrite=True)
        self.assertEqual(w.files.download("/Volumes/vision/training/data/a.txt").contents.read(), b"hello")
        w.volumes.delete("vision.training.data")

    def test_metastore(self):
        self.assertTrue(self.workspace.metastores.current().metastore_id)

    def test_grants(self):
        grants = self.workspace.grants
        change = catalog.PermissionsChange(principal="analysts", add=[catalog.Privilege.EXECUTE])
        grants.update("function", "ml.risk.fraud", changes=[change])
        grants.update(
            "catalog", "ml", changes=[catalog.PermissionsChange(principal="analysts", add=[catalog.Privilege.USE_CATALOG])]
        )
        direct = grants.get("function", "ml.risk.fraud", principal="analysts").privilege_assignments
        self.assertEqual(direct[0].privileges, [catalog.Privilege.EXECUTE])
        effective = grants.get_effective("function", "ml.risk.fraud", principal="analysts").privilege_assignments
        inherited = {p.privilege: p.inherited_from_name for p in effective[0].privileges}
        self.assertEqual(inherited[catalog.Privilege.USE_CATALOG], "ml")
        both = catalog.PermissionsChange(
            principal="analysts", add=[catalog.Privilege.EXECUTE], remove=[catalog.Privilege.EXECUTE]
        )
        with self.assertRaises(BadRequest):
            grants.update("function", "ml.risk.fraud", changes=[both])


class Files(unittest.TestCase):
    def test_upload_list_download_delete(self):
        api = WorkspaceClient().workspace
        api.mkdirs("/Workspace/Shared/app")
        api.upload("/Workspace/Shared/app/app.yaml", io.BytesIO(b"command: [python]"), format=files.ImportFormat.AUTO)
        api.upload("/Workspace/Shared/app/nb.py", io.BytesIO(b"# Databricks notebook source\n"), format=files.ImportFormat.AUTO)
        kinds = {o.path.rsplit("/", 1)[1]: o.object_type for o in api.list("/Workspace/Shared/app")}
        self.assertEqual(kinds, {"app.yaml": files.ObjectType.FILE, "nb": files.ObjectType.NOTEBOOK})
        self.assertEqual(api.download("/Workspace/Shared/app/app.yaml").read(), b"command: [python]")
        with self.assertRaises(ResourceAlreadyExists):
            api.upload("/Workspace/Shared/app/app.yaml", io.BytesIO(b"x"), format=files.ImportFormat.AUTO)
        self.assertEqual(api.get_status("/Shared/app").object_type, files.ObjectType.DIRECTORY)
        api.delete("/Workspace/Shared/app", recursive=True)
        with self.assertRaises(NotFound):
            api.get_status("/Workspace/Shared/app")

    def test_git_folder(self):
        repos = WorkspaceClient().repos
        created = repos.create("https://github.com/o/r.git", "gitHub", path="/Repos/ci/r")
        repos.update(created.id, branch="release")
        self.assertEqual(repos.get(created.id).branch, "release")
        self.assertEqual([r.path for r in repos.list(path_prefix="/Repos/ci")], ["/Repos/ci/r"])
        repos.delete(created.id)


class Work(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.workspace = WorkspaceClient()

    def test_job_runs_once_per_token(self):
        api = self.workspace.jobs
        job = api.create(name="evaluate").job_id
        waiter = api.run_now(job, job_parameters={"model_version": "2"}, idempotency_token="once")
        again = api.run_now(job, idempotency_token="once")
        self.assertEqual(waiter.run_id, again.run_id)
        run = waiter.result(timeout=LIMIT)
        self.assertEqual(run.state.result_state, jobs.RunResultState.SUCCESS)
        self.assertEqual(run.job_parameters[0].value, "2")
        self.assertEqual(api.get(job).settings.name, "evaluate")

    def test_cancel(self):
        api = self.workspace.jobs
        job = api.create(name="endless").job_id
        waiter = api.run_now(job)
        api.cancel_run(waiter.run_id)
        self.assertEqual(api.get_run(waiter.run_id).state.result_state, jobs.RunResultState.CANCELED)


class Apps(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.workspace = WorkspaceClient()
        cls.workspace.workspace.mkdirs("/Workspace/Shared/web")

    def test_life_of_an_app(self):
        api = self.workspace.apps
        resource = apps.AppResource(
            name="endpoint",
            serving_endpoint=apps.AppResourceServingEndpoint(
                name="fraud", permission=apps.AppResourceServingEndpointServingEndpointPermission.CAN_QUERY
            ),
        )
        app = api.create_and_wait(apps.App(name="web", description="d", resources=[resource]), timeout=LIMIT)
        self.assertEqual(app.compute_status.state, apps.ComputeState.ACTIVE)
        self.assertEqual(app.resources[0].serving_endpoint.name, "fraud")
        with self.assertRaises(ResourceAlreadyExists):
            api.create(apps.App(name="web"))
        wanted = apps.AppDeployment(source_code_path="/Workspace/Shared/web", mode=apps.AppDeploymentMode.SNAPSHOT)
        waiter = api.deploy("web", wanted)
        with self.assertRaises(DatabricksError) as raised:
            api.deploy("web", wanted)
        self.assertIn("active deployment in progress", str(raised.exception))
        deployment = waiter.result(timeout=LIMIT)
        self.assertEqual(deployment.status.state, apps.AppDeploymentState.SUCCEEDED)
        app = api.get("web")
        self.assertEqual(app.app_status.state, apps.ApplicationState.RUNNING)
        self.assertEqual(app.active_deployment.deployment_id, deployment.deployment_id)
        self.assertEqual(len(list(api.list_deployments("web"))), 1)
        api.update("web", apps.App(name="web", description="e"))
        self.assertEqual(api.get("web").description, "e")
        levels = api.get_permission_levels("web").permission_levels
        self.assertEqual(len(levels), 2)
        stopped = api.stop_and_wait("web", timeout=LIMIT)
        self.assertIsNone(stopped.active_deployment)
        self.assertEqual(api.start_and_wait("web", timeout=LIMIT).compute_status.state, apps.ComputeState.ACTIVE)
        api.delete("web")
        with self.assertRaises(BadRequest):
            api.delete("web")

    def test_missing(self):
        with self.assertRaises(NotFound):
            self.workspace.apps.get("nothing")


class Warehouses(unittest.TestCase):
    def test_unknown_warehouse(self):
        with self.assertRaises(NotFound):
            WorkspaceClient().warehouses.get("0000")

    def test_statement(self):
        w = WorkspaceClient()
        warehouse = next(iter(w.warehouses.list()))
        answer = w.statement_execution.execute_statement("SELECT 1", warehouse.id)
        self.assertEqual(answer.status.state, sql.StatementState.SUCCEEDED)


if __name__ == "__main__":
    unittest.main()
