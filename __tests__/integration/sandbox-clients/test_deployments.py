"""Serving endpoints, driven by MLflow's deployment client for Databricks."""

import time
import unittest

from mlflow.deployments import get_deploy_client

MODEL = "ml.risk.fraud"


def entity(version):
    return {
        "name": f"fraud-{version}",
        "entity_name": MODEL,
        "entity_version": str(version),
        "workload_size": "Small",
        "scale_to_zero_enabled": False,
    }


def config(**shares):
    return {
        "served_entities": [entity(name[-1]) for name in shares],
        "traffic_config": {
            "routes": [{"served_model_name": name.replace("_", "-"), "traffic_percentage": share} for name, share in shares.items()]
        },
    }


class DeploymentClient(unittest.TestCase):
    def setUp(self):
        self.client = get_deploy_client("databricks")

    def settled(self, name):
        for _ in range(200):
            endpoint = self.client.get_endpoint(name)
            if endpoint["state"]["config_update"] != "IN_PROGRESS":
                return endpoint
            time.sleep(0.05)
        self.fail(f"{name} never settled")

    def test_create_update_predict_delete(self):
        self.client.create_endpoint(name="deployed", config={"name": "deployed", "config": config(fraud_1=100)})
        endpoint = self.settled("deployed")
        self.assertEqual(endpoint["state"]["ready"], "READY")
        self.client.update_endpoint_config("deployed", config(fraud_1=100, fraud_2=0))
        self.settled("deployed")
        self.client.update_endpoint_config("deployed", config(fraud_1=60, fraud_2=40))
        endpoint = self.settled("deployed")
        shares = {route["served_entity_name"]: route["traffic_percentage"] for route in endpoint["config"]["traffic_config"]["routes"]}
        self.assertEqual(shares, {"fraud-1": 60, "fraud-2": 40})
        answer = self.client.predict(endpoint="deployed", inputs={"dataframe_records": [{"amount": 1.0}, {"amount": 2.0}]})
        self.assertEqual(len(answer["predictions"]), 2)
        self.client.update_endpoint_tags("deployed", {"add_tags": [{"key": "a", "value": "b"}]})
        self.assertEqual(self.client.get_endpoint("deployed")["tags"], [{"key": "a", "value": "b"}])
        self.assertIn("deployed", [e["name"] for e in self.client.list_endpoints()])
        self.client.delete_endpoint("deployed")
        self.assertNotIn("deployed", [e["name"] for e in self.client.list_endpoints()])


if __name__ == "__main__":
    unittest.main()
