#!/usr/bin/env bash
# An account for each service, which may use its own queues only: rabbitmq.sh CONTROL...   with the passwords in the environment
#   GATEWAY_PASSWORD=... DATA_PASSWORD=... TRAINING_PASSWORD=... SERVING_PASSWORD=... bash deploy/roles/rabbitmq.sh rabbitmqctl
# CONTROL is how rabbitmqctl is called here, such as "docker compose exec -T rabbitmq rabbitmqctl". Running it again changes passwords and rights.
# VHOST (default /) is the virtual host of the mesh.
#
# What a broker cannot tell apart: who may send to the default exchange may send to any queue. Reading is what each account is held to.
set -euo pipefail
: "${1:?rabbitmq.sh CONTROL..., for example: rabbitmq.sh rabbitmqctl}"
: "${GATEWAY_PASSWORD:?}" "${DATA_PASSWORD:?}" "${TRAINING_PASSWORD:?}" "${SERVING_PASSWORD:?}"
control=("$@")
vhost=${VHOST:-/}

# Reply and cancel queues of a process, the memory of its broken messages, the exchanges of events.
readonly own='skipper\.(reply|cancel)(\..*)?|skipper\.dead|Skipper\.Shared\.Messaging\.Contracts:.*'

account() { # NAME PASSWORD QUEUES ENDPOINT
  local mine="^($own|$3|skipper\\.suspects\\.($3)|.*_Skipper$4_endpoint_.*)\$"
  "${control[@]}" -q list_users | cut -f1 | grep -qx "$1" || "${control[@]}" -q add_user "$1" "$2"
  "${control[@]}" -q change_password "$1" "$2"
  "${control[@]}" -q set_user_tags "$1"
  "${control[@]}" -q set_permissions -p "$vhost" "$1" "$mine" "${mine%)\$})\$|^amq\\.default\$" "$mine"
}

account skipper_gateway "$GATEWAY_PASSWORD" 'skipper\.control|skipper\.results|skipper_[a-z_]*' Gateway
account skipper_data "$DATA_PASSWORD" 'skipper_data' ServicesData
account skipper_training "$TRAINING_PASSWORD" 'skipper_training|skipper_models' ServicesTraining
account skipper_serving "$SERVING_PASSWORD" 'skipper_serving|skipper_scoring|skipper_predict_in|skipper_predict_out' ServicesServing
