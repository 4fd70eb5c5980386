"""Serving endpoints, driven by the Databricks SDK for Python."""

import datetime
import unittest

from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import BadRequest, DatabricksError, NotFound, PermissionDenied, ResourceConflict
from databricks.sdk.errors.sdk import OperationFailed
from databricks.sdk.service import serving

MODEL = "ml.risk.fraud"
LIMIT = datetime.timedelta(seconds=60)


def entity(version, **settings):
    return serving.ServedEntityInput(
        name=f"fraud-{version}",
        entity_name=MODEL,
        entity_version=str(version),
        workload_size="Small",
        scale_to_zero_enabled=False,
        **settings,
    )


def traffic(**shares):
    return serving.TrafficConfig(
        routes=[
            serving.Route(served_entity_name=name.replace("_", "-"), traffic_percentage=share)
            for name, share in shares.items()
        ]
    )


def config(name, entities, split):
    return serving.EndpointCoreConfigInput(name=name, served_entities=entities, traffic_config=split)


class ServingEndpoints(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.workspace = WorkspaceClient()
        cls.api = cls.workspace.serving_endpoints

    def create(self, name):
        created = self.api.create_and_wait(name, config=config(name, [entity(1)], traffic(fraud_1=100)), timeout=LIMIT)
        self.addCleanup(self.api.delete, name)
        return created

    def test_create_and_wait(self):
        endpoint = self.create("created")
        self.assertEqual(endpoint.state.ready, serving.EndpointStateReady.READY)
        self.assertEqual(endpoint.state.config_update, serving.EndpointStateConfigUpdate.NOT_UPDATING)
        self.assertIsNone(endpoint.pending_config)
        served = endpoint.config.served_entities[0]
        self.assertEqual((served.name, served.entity_version), ("fraud-1", "1"))
        self.assertEqual(served.state.deployment, serving.ServedModelStateDeployment.DEPLOYMENT_READY)
        self.assertEqual(served.workload_type, serving.ServingModelWorkloadType.CPU)

    def test_creation_is_seen_in_progress(self):
        name = "in-progress"
        waiter = self.api.create(name, config=config(name, [entity(1)], traffic(fraud_1=100)))
        self.addCleanup(self.api.delete, name)
        self.assertEqual(waiter.response.state.ready, serving.EndpointStateReady.NOT_READY)
        self.assertIsNone(waiter.response.config)
        self.assertEqual(waiter.response.pending_config.config_version, 1)
        with self.assertRaises(ResourceConflict):
            self.api.update_config(name, served_entities=[entity(1)])
        with self.assertRaises(NotFound):
            self.api.query(name, dataframe_records=[{"amount": 1.0}])
        waiter.result(timeout=LIMIT)

    def test_canary_and_shift(self):
        self.create("shifted")
        both = [entity(1), entity(2)]
        endpoint = self.api.update_config_and_wait(
            "shifted", served_entities=both, traffic_config=traffic(fraud_1=100, fraud_2=0), timeout=LIMIT
        )
        self.assertEqual([e.name for e in endpoint.config.served_entities], ["fraud-1", "fraud-2"])
        endpoint = self.api.update_config_and_wait(
            "shifted", served_entities=both, traffic_config=traffic(fraud_1=75, fraud_2=25), timeout=LIMIT
        )
        shares = {route.served_model_name: route.traffic_percentage for route in endpoint.config.traffic_config.routes}
        self.assertEqual(shares, {"fraud-1": 75, "fraud-2": 25})
        self.assertEqual(endpoint.config.config_version, 3)
        self.assertEqual([m.model_version for m in endpoint.config.served_models], ["1", "2"])

    def test_failed_deployment_keeps_the_old_configuration(self):
        self.create("failing")
        with self.assertRaises(OperationFailed) as raised:
            self.api.update_config_and_wait(
                "failing",
                served_entities=[entity(1), entity(3)],
                traffic_config=traffic(fraud_1=100, fraud_3=0),
                timeout=LIMIT,
            )
        self.assertIn("UPDATE_FAILED", str(raised.exception))
        endpoint = self.api.get("failing")
        self.assertEqual(endpoint.state.ready, serving.EndpointStateReady.READY)
        self.assertEqual([e.name for e in endpoint.config.served_entities], ["fraud-1"])
        states = {e.name: e.state for e in endpoint.pending_config.served_entities}
        self.assertEqual(states["fraud-3"].deployment, serving.ServedModelStateDeployment.DEPLOYMENT_FAILED)
        self.assertIn("image", states["fraud-3"].deployment_state_message)
        self.assertIn("predictions", self.api.query("failing", dataframe_records=[{"amount": 1.0}]).as_dict())

    def test_query(self):
        self.create("queried")
        split = serving.DataframeSplitInput(columns=["amount"], data=[[1.0], [2.0], [3.0]])
        answer = self.api.query("queried", dataframe_split=split)
        self.assertEqual(len(answer.predictions), 3)
        self.assertEqual(answer.served_model_name, "fraud-1")
        self.assertEqual(self.api.query("queried", instances=[[1.0], [2.0]]).served_model_name, "fraud-1")
        with self.assertRaises(BadRequest):
            self.api.query("queried")

    def test_tags_are_added_overwritten_and_removed(self):
        self.create("tagged")
        add = [serving.EndpointTag(key="team", value="risk"), serving.EndpointTag(key="tier", value="1")]
        self.assertEqual(len(self.api.patch("tagged", add_tags=add).tags), 2)
        tags = self.api.patch("tagged", add_tags=[serving.EndpointTag(key="team", value="fraud")], delete_tags=["tier"]).tags
        self.assertEqual([(tag.key, tag.value) for tag in tags], [("team", "fraud")])
        self.assertEqual(self.api.get("tagged").tags[0].value, "fraud")

    def test_permissions_go_by_id(self):
        endpoint = self.create("protected")
        request = [
            serving.ServingEndpointAccessControlRequest(
                group_name="analysts", permission_level=serving.ServingEndpointPermissionLevel.CAN_QUERY
            )
        ]
        self.api.update_permissions(endpoint.id, access_control_list=request)
        entries = self.api.get_permissions(endpoint.id).access_control_list
        levels = {e.group_name: e.all_permissions[0].permission_level for e in entries if e.group_name}
        self.assertEqual(levels["analysts"], serving.ServingEndpointPermissionLevel.CAN_QUERY)
        self.api.set_permissions(endpoint.id, access_control_list=[])
        names = [e.group_name for e in self.api.get_permissions(endpoint.id).access_control_list]
        self.assertNotIn("analysts", names)
        self.assertEqual(len(self.api.get_permission_levels(endpoint.id).permission_levels), 3)
        with self.assertRaises(DatabricksError):
            self.api.get_permissions("protected")

    def test_lists_summaries_logs_schema_and_metrics(self):
        self.create("listed")
        summary = next(e for e in self.api.list() if e.name == "listed")
        self.assertEqual(summary.config.served_entities[0].entity_version, "1")
        self.assertIn("fraud", self.api.build_logs("listed", "fraud-1").logs)
        self.assertIn("DEPLOYMENT_READY", self.api.logs("listed", "fraud-1").logs)
        schema = self.api.get_open_api("listed").contents.read().decode()
        self.assertIn("/served-models/fraud-1/invocations", schema)
        self.api.query("listed", dataframe_records=[{"amount": 1.0}])
        text = self.api.export_metrics("listed").contents.read().decode()
        self.assertIn("# TYPE request_count_total gauge", text)

    def test_gateway_and_notifications(self):
        self.create("gated")
        answer = self.api.put_ai_gateway("gated", usage_tracking_config=serving.AiGatewayUsageTrackingConfig(enabled=True))
        self.assertTrue(answer.usage_tracking_config.enabled)
        self.assertTrue(self.api.get("gated").ai_gateway.usage_tracking_config.enabled)
        sent = serving.EmailNotifications(on_update_failure=["a@example.com"])
        self.assertEqual(self.api.update_notifications("gated", email_notifications=sent).name, "gated")

    def test_refusals(self):
        self.create("refusing")
        cases = [
            ([entity(1), entity(2)], traffic(fraud_1=50, fraud_2=40)),
            ([entity(1), entity(2)], traffic(fraud_1=100)),
            ([entity(1)], traffic(other=100)),
            ([entity(4)], traffic(fraud_4=100)),
            ([entity(1, min_provisioned_concurrency=4, max_provisioned_concurrency=8)], traffic(fraud_1=100)),
        ]
        for entities, split in cases:
            with self.assertRaises(BadRequest):
                self.api.update_config("refusing", served_entities=entities, traffic_config=split)
        with self.assertRaises(NotFound):
            self.api.update_config("refusing", served_entities=[entity(99)], traffic_config=traffic(fraud_99=100))
        with self.assertRaises(NotFound):
            self.api.get("nowhere")
        with self.assertRaises(DatabricksError):
            self.api.create("databricks-reserved", config=config("databricks-reserved", [entity(1)], traffic(fraud_1=100)))


class Credentials(unittest.TestCase):
    def test_bad_token(self):
        workspace = WorkspaceClient(token="dapi-wrong", auth_type="pat")
        with self.assertRaises(PermissionDenied):
            workspace.current_user.me()


if __name__ == "__main__":
    unittest.main()
