"""Checks every manifest here: field names and types against the published API of Kubernetes (the models of its Python client, of Debian), those
of operators against the fields that this file lists from their documentation, references between manifests, and what each process needs.
    check.py          prints one line per manifest; exit code 1 and the reasons where something is wrong
"""

import re
import sys
from pathlib import Path

sys.path.insert(0, "/usr/lib/python3/dist-packages")
import kubernetes.client.models as models  # noqa: E402
import yaml  # noqa: E402

HERE = Path(__file__).parent
# The client of Debian 12 knows autoscaling/v2 by the name it had before it was final; its fields did not change.
ALIASES = {"V2HorizontalPodAutoscaler": "V2beta2HorizontalPodAutoscaler"}

# Fields of resources that operators define. A leaf is a type, a list stands for its items, {...: type} for any name.
ANY = {...: str}
OPERATORS = {
    # https://keda.sh/docs/latest/reference/scaledobject-spec/, https://keda.sh/docs/latest/concepts/authentication/
    "keda.sh/v1alpha1/ScaledObject": {
        "scaleTargetRef": {"name": str, "kind": str, "apiVersion": str}, "pollingInterval": int, "cooldownPeriod": int,
        "minReplicaCount": int, "maxReplicaCount": int, "idleReplicaCount": int,
        "triggers": [{"type": str, "metricType": str, "metadata": ANY, "authenticationRef": {"name": str}}]},
    "keda.sh/v1alpha1/TriggerAuthentication": {"secretTargetRef": [{"parameter": str, "name": str, "key": str}]},
    # https://www.rabbitmq.com/kubernetes/operator/using-operator
    "rabbitmq.com/v1beta1/RabbitmqCluster": {
        "image": str, "replicas": int, "persistence": {"storage": str, "storageClassName": str},
        "resources": {"requests": ANY, "limits": ANY}, "rabbitmq": {"additionalConfig": str, "additionalPlugins": [str]}},
    # https://cloudnative-pg.io/documentation/current/cloudnative-pg.v1/
    "postgresql.cnpg.io/v1/Cluster": {
        "imageName": str, "instances": int, "storage": {"size": str, "storageClass": str}, "resources": {"requests": ANY, "limits": ANY},
        "postgresql": {"parameters": ANY}, "bootstrap": {"initdb": {"database": str, "owner": str}}},
}
# https://keda.sh/docs/latest/scalers/rabbitmq-queue/ and /cpu/
TRIGGERS = {"rabbitmq": {"protocol", "queueName", "mode", "value", "host", "vhostName", "activationValue"}, "cpu": {"value"}}

problems = []


def report(path, text):
    problems.append(f"{path}: {text}")


def model_of(api_version, kind):
    version = api_version.split("/")[-1]
    name = version[0].upper() + version[1:] + kind
    return getattr(models, ALIASES.get(name, name), None)


def check_type(path, value, kind):
    """A value against a type of the client, such as V1Container, list[V1EnvVar], dict(str, str) or int."""
    if kind.startswith("list["):
        if not isinstance(value, list):
            return report(path, f"must be a list, is {type(value).__name__}")
        for number, item in enumerate(value):
            check_type(f"{path}[{number}]", item, kind[5:-1])
    elif kind.startswith("dict("):
        if not isinstance(value, dict):
            return report(path, f"must be a map, is {type(value).__name__}")
        for key, item in value.items():
            check_type(f"{path}.{key}", item, kind[5:-1].split(", ", 1)[1])
    elif kind in ("str", "int", "bool", "float"):
        if type(value).__name__ != kind:
            report(path, f"must be {kind}, is {value!r}")
    elif kind != "object":
        check_model(path, value, getattr(models, ALIASES.get(kind, kind)))


def check_model(path, value, model):
    if not isinstance(value, dict):
        return report(path, f"must be an object, is {value!r}")
    fields = {wire: model.openapi_types[name] for name, wire in model.attribute_map.items()}
    for key, item in value.items():
        if key in fields:
            check_type(f"{path}.{key}", item, fields[key])
        else:
            report(path, f"has no field '{key}'; {model.__name__} knows {', '.join(sorted(fields))}")


def check_listed(path, value, fields):
    if isinstance(fields, list):
        if not isinstance(value, list):
            return report(path, f"must be a list, is {value!r}")
        for number, item in enumerate(value):
            check_listed(f"{path}[{number}]", item, fields[0])
    elif isinstance(fields, dict):
        if not isinstance(value, dict):
            return report(path, f"must be an object, is {value!r}")
        for key, item in value.items():
            if key in fields or ... in fields:
                check_listed(f"{path}.{key}", item, fields.get(key, fields.get(...)))
            else:
                report(path, f"has no field '{key}'; known are {', '.join(sorted(fields))}")
    elif type(value) is not fields:
        report(path, f"must be {fields.__name__}, is {value!r}")


def check(name, manifest):
    kind = f"{manifest.get('apiVersion')}/{manifest.get('kind')}"
    path = f"{name} {manifest.get('kind')}/{manifest.get('metadata', {}).get('name')}"
    if manifest.get("kind") == "Kustomization":
        folder = HERE / Path(name).parent
        for resource in manifest.get("resources", []):
            if not (folder / resource).exists():
                report(path, f"names {resource}, which is not there")
        unused = {file.name for file in folder.glob("*.yaml")} - {"kustomization.yaml"} - set(manifest.get("resources", []))
        for file in sorted(unused):
            report(path, f"does not name {file}")
    elif model := model_of(manifest["apiVersion"], manifest["kind"]):
        check_model(path, manifest, model)
    elif kind in OPERATORS:
        check_listed(f"{path}.spec", manifest["spec"], OPERATORS[kind])
        check_model(f"{path}.metadata", manifest["metadata"], models.V1ObjectMeta)
        for trigger in manifest["spec"].get("triggers", []):
            unknown = set(trigger["metadata"]) - TRIGGERS.get(trigger["type"], set())
            if unknown:
                report(path, f"trigger {trigger['type']} has no {', '.join(sorted(unknown))}")
    else:
        report(path, f"of a kind that this check does not know: {kind}")
    print(path)


def check_together(manifests):
    """What no schema says: selectors find pods, scaling finds deployments, each process is one of the image's."""
    services = re.search(r'^ARG SERVICES="(.*)"$', (HERE.parent / "Dockerfile").read_text(), re.MULTILINE).group(1).split()
    deployments = {item["metadata"]["name"]: item for item in manifests if item["kind"] == "Deployment"}
    for name, item in deployments.items():
        spec = item["spec"]["template"]["spec"]
        labels = item["spec"]["template"]["metadata"]["labels"]
        if item["spec"]["selector"]["matchLabels"].items() - labels.items():
            report(name, "selects other pods than its own")
        for container in spec["containers"]:
            if container["args"][0] not in services:
                report(name, f"runs '{container['args'][0]}', the image has {', '.join(services)}")
            for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
                if container.get(probe, {}).get("httpGet", {}).get("port") not in {port["name"] for port in container["ports"]}:
                    report(name, f"{probe} does not ask a port of the container")
            for mount in container["volumeMounts"]:
                if mount["name"] not in {volume["name"] for volume in spec["volumes"]}:
                    report(name, f"mounts {mount['name']}, which is no volume")
    for item in manifests:
        target = item.get("spec", {}).get("scaleTargetRef", {}).get("name")
        if target and target not in deployments:
            report(item["metadata"]["name"], f"scales {target}, which is no deployment")
        selector = item.get("spec", {}).get("podSelector") or (item["kind"] in ("PodDisruptionBudget", "Service") and item["spec"].get("selector"))
        wanted = (selector or {}).get("matchLabels", selector or {}).get("app.kubernetes.io/name")
        if wanted and wanted not in deployments:
            report(item["metadata"]["name"], f"selects pods of {wanted}, which is no deployment")


def main():
    manifests = []
    for file in sorted(HERE.rglob("*.yaml")):
        for manifest in yaml.safe_load_all(file.read_text()):
            check(str(file.relative_to(HERE)), manifest)
            manifests.append(manifest)
    check_together(manifests)
    for problem in problems:
        print(f"WRONG {problem}")
    print(f"{len(manifests)} manifests, {len(problems)} problems")
    sys.exit(bool(problems))


main()
