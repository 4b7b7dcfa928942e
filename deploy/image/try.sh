#!/usr/bin/env bash
# Starts an image as a stranger would, lets it look at a picture, and stops it: try.sh IMAGE PICTURE. Needs Docker.
set -euo pipefail
image=$1 picture=$2
name=tampinha-try-$$

docker run --detach --name "$name" --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges \
  --publish 127.0.0.1::8501 "$image" >/dev/null
trap 'docker logs "$name" >&2; docker rm --force --volumes "$name" >/dev/null' EXIT

for _ in $(seq 60); do
  state=$(docker inspect --format '{{.State.Health.Status}}' "$name")
  if [ "$state" = healthy ]; then break; fi
  sleep 1
done
[ "$state" = healthy ]

address=$(docker port "$name" 8501/tcp)
key=$(docker exec "$name" tampinha keys create --name try)
curl --fail --silent --show-error --header "Authorization: Bearer $key" --form "image=@$picture" "http://$address/v1/predictions"
docker stop -t 30 "$name" >/dev/null
[ "$(docker inspect --format '{{.State.ExitCode}}' "$name")" = 0 ]
