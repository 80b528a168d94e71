#!/usr/bin/env bash
# Speaks the Open Inference Protocol with a running Skipper as a client of any server would: curl, and nothing of Skipper.
# Every request of the specification and of Triton's extensions; ends with status 1 where an answer is not as they want it.
#   bash samples/oip/examples.sh [http://127.0.0.1:8080] [model]
# The model must have the features a and b and the target y (this one does: y = 3 a - 2 b + 1):
#   for i in $(seq 0 59); do echo "$i,$((i % 7)),$((3 * i - 2 * (i % 7) + 1))"; done | sed '1i a,b,y' > lines.csv
#   curl --data-binary @lines.csv -H 'Content-Type: text/csv' http://127.0.0.1:8080/api/v1/skipper/datasets/lines
#   curl -H 'Content-Type: application/json' http://127.0.0.1:8080/api/v1/skipper/tasks/execute_async \
#     -d '{"task_type":"training","payload":"0.2","data":{"dataset":"lines","targets":["y"],"engine":"linear"}}'
set -euo pipefail
server=${1:-http://127.0.0.1:8080}
model=${2:-lines}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failed=0

# ask STATUS PATTERN METHOD PATH [curl arguments]: the status must be the same, the body must match the pattern.
ask() {
  local want=$1 pattern=$2 method=$3 path=$4
  shift 4
  local status
  status=$(curl -sS -o "$folder/body" -D "$folder/headers" -w '%{http_code}' -X "$method" "$@" "$server$path")
  if [ "$status" = "$want" ] && tr -d '\0' < "$folder/body" | grep -qE -- "$pattern"; then
    echo "ok   $method $path -> $status"
  else
    echo "FAIL $method $path -> $status, expected $want and a body like $pattern, found:"
    head -c 600 "$folder/body"; echo
    failed=1
  fi
}

infer() { # STATUS PATTERN JSON
  ask "$1" "$2" POST "/v2/models/$model/infer" -H 'Content-Type: application/json' -d "$3"
}

number='-?[0-9.E+-]+'

echo "# health and metadata"
ask 200 '"live":true' GET /v2/health/live
ask 200 '"ready":true' GET /v2/health/ready
ask 200 '"name":"skipper","version":".*","extensions":\["binary_tensor_data"' GET /v2
ask 200 "\"name\":\"$model\",\"versions\":\[\"1\".*\"platform\":\".*\"inputs\":\[\{\"name\":\"a\",\"datatype\":\"INT64\",\"shape\":\[-1,1\]" \
  GET "/v2/models/$model"
ask 200 '"outputs":\[\{"name":"y","datatype":"FP64","shape":\[-1,1\]\}\]' GET "/v2/models/$model/versions/1"
ask 200 "\{\"name\":\"$model\",\"ready\":true\}" GET "/v2/models/$model/ready"
ask 200 "\{\"name\":\"$model\",\"ready\":true\}" GET "/v2/models/$model/versions/1/ready"

echo "# inference"
outputs="\"outputs\":\[\{\"name\":\"y\",\"datatype\":\"FP64\",\"shape\":\[2,1\],\"data\":\[$number,$number\]\}\]"
infer 200 "\"model_name\":\"$model\",\"model_version\":\"1\",\"id\":\"42\",$outputs" \
  '{"id":"42","inputs":[{"name":"a","shape":[2,1],"datatype":"UINT32","data":[10,20]},
    {"name":"b","shape":[2,1],"datatype":"BOOL","data":[true,false]}],"outputs":[{"name":"y"}]}'
infer 200 "$outputs" '{"inputs":[{"name":"x","shape":[2,2],"datatype":"FP32","data":[[10,3],[70,0]]}]}'
infer 200 "$outputs" '{"inputs":[{"name":"x","shape":[2,2],"datatype":"FP32","data":[10,3,70,0]}]}'
infer 200 "$outputs" '{"parameters":{"my_custom_parameter":42},"inputs":[{"name":"x","shape":[2,2],"datatype":"INT16","data":[10,3,70,0]}]}'
infer 200 "$outputs" '{"parameters":{"priority":1,"timeout":5000000},"inputs":[{"name":"x","shape":[2,2],"datatype":"FP64","data":[10,3,70,0]}]}'
ask 200 "$outputs" POST "/v2/models/$model/versions/1/infer" -d '{"inputs":[{"name":"x","shape":[2,2],"datatype":"FP64","data":[10,3,70,0]}]}'

echo "# binary tensors"
binary() { # STATUS PATTERN JSON BYTES (for printf) [path]
  printf '%s' "$3" > "$folder/request"
  local length
  length=$(wc -c < "$folder/request" | tr -d ' ')
  # shellcheck disable=SC2059 # the bytes are the format
  printf "$4" >> "$folder/request"
  ask "$1" "$2" POST "/v2/models/$model/infer" -H 'Content-Type: application/octet-stream' \
    -H "Inference-Header-Content-Length: $length" --data-binary "@$folder/request"
}
inputs='"inputs":[{"name":"a","shape":[2,1],"datatype":"UINT32","parameters":{"binary_data_size":8}},
  {"name":"b","shape":[2,1],"datatype":"BOOL","parameters":{"binary_data_size":2}}]'
bytes='\x0a\x00\x00\x00\x14\x00\x00\x00\x01\x00'
binary 200 "$outputs" "{\"model_name\":\"$model\",$inputs}" "$bytes"
size='"shape":\[2,1\],"parameters":\{"binary_data_size":16\}'
for wanted in '"outputs":[{"name":"y","parameters":{"binary_data":true}}]' '"parameters":{"binary_data_output":true}'; do
  binary 200 "$size" "{$inputs,$wanted}" "$bytes"
  length=$(sed -n 's/^inference-header-content-length: *\([0-9]*\).*/\1/Ip' "$folder/headers")
  total=$(wc -c < "$folder/body" | tr -d ' ')
  if [ "$total" = $((length + 16)) ]; then
    echo "ok   $length bytes of JSON, 16 of data"
  else
    echo "FAIL $total bytes, of which $length should be JSON and 16 data"
    failed=1
  fi
done
binary 200 "$outputs" "{$inputs,\"parameters\":{\"binary_data_output\":true},\"outputs\":[{\"name\":\"y\",\"parameters\":{\"binary_data\":false}}]}" "$bytes"

echo "# errors"
error='^\{"error":".+"\}$'
ask 404 "$error" GET /v2/models/no_such_model
ask 404 "$error" GET "/v2/models/$model/versions/999"
ask 404 "$error" GET /v2/models/no_such_model/ready
ask 404 "$error" POST /v2/models/no_such_model/infer -d '{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP64","data":[1,2]}]}'
ask 404 "$error" GET /v2/no/such/path
ask 405 "$error" GET "/v2/models/$model/infer"
infer 400 "$error" 'not json'
infer 400 "$error" '{}'
# The example of the specification, to the letter: inputs of two and three rows, and one element where three are said.
infer 400 "$error" '{"id":"42","inputs":[{"name":"input0","shape":[2,2],"datatype":"UINT32","data":[1,2,3,4]},
  {"name":"input1","shape":[3],"datatype":"BOOL","data":[true]}],"outputs":[{"name":"output0"}]}'
infer 400 "$error" '{"inputs":[{"name":"x","shape":[2,2],"datatype":"FP32","data":[1,2,3]}]}'
infer 400 "$error" '{"inputs":[{"name":"x","shape":[1,2],"datatype":"INT8","data":[1,300]}]}'
infer 400 "$error" '{"inputs":[{"name":"x","shape":[1,2],"datatype":"FLOAT","data":[1,3]}]}'
infer 400 "$error" '{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[1,3]}],"outputs":[{"name":"z"}]}'
infer 504 "$error" '{"parameters":{"timeout":1},"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[1,3]}]}'
binary 400 "$error" "{$inputs}" '\x00'

echo "# repository"
entry="\"name\":\"$model\",\"version\":\"1\",\"state\""
ask 200 "$entry:\"READY\",\"reason\":\"\"" POST /v2/repository/index -d '{}'
ask 200 "$entry" POST "/v2/repository/models/$model/unload"
ask 503 "\"name\":\"$model\",\"ready\":false" GET "/v2/models/$model/ready"
infer 400 "$error" '{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[1,3]}]}'
ask 200 "$entry:\"UNAVAILABLE\",\"reason\":\".+\"" POST /v2/repository/index -d '{"ready":false}'
ask 200 "^\[(\]|[^]]*\}\])$" POST /v2/repository/index -d '{"ready":true}'
ask 400 "$error" POST "/v2/repository/models/$model/load" -d '{"parameters":{"config":"{}"}}'
ask 404 "$error" POST /v2/repository/models/no_such_model/load
ask 200 "$entry:\"READY\"" POST "/v2/repository/models/$model/load" -d '{"parameters":{}}'
infer 200 "$number" '{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[1,3]}]}'

echo "# statistics"
stats='"model_stats":\[.*"last_inference":[1-9][0-9]*,"inference_count":[1-9].*"success":\{"count":[1-9][0-9]*,"ns":[1-9]'
ask 200 "$stats" GET /v2/models/stats
ask 200 "$stats" GET "/v2/models/$model/stats"
ask 200 "$stats" GET "/v2/models/$model/versions/1/stats"
ask 404 "$error" GET /v2/models/no_such_model/stats

exit "$failed"
