#!/usr/bin/env bash
# Tampinha on Google Cloud: Cloud Run with Cloud SQL and Memorystore, behind a load balancer with Cloud Armor.
#
#   PROJECT=my-project IMAGE=europe-west1-docker.pkg.dev/my-project/tampinha/tampinha:0.2.0 DOMAIN=tampinha.example.com \
#     bash deploy/cloud/google-cloud.sh plan    prints what `up` would run, and runs nothing
#     bash deploy/cloud/google-cloud.sh up      makes what is missing, migrates, puts the image into service
#
# `up` may be run again, for a new image too: what is there stays, the service is replaced. docs/cloud.md tells more.
set -euo pipefail
cd "$(dirname "$0")"

mode=${1:-}
if [[ $mode != plan && $mode != up ]]; then
  echo "usage: google-cloud.sh plan|up" >&2
  exit 2
fi
for name in PROJECT IMAGE DOMAIN; do
  if [[ -z ${!name:-} ]]; then
    echo "google-cloud.sh: $name is not set" >&2
    exit 2
  fi
done
if [[ $mode == up ]] && ! command -v gcloud >/dev/null; then
  echo 'google-cloud.sh: no gcloud here: https://cloud.google.com/sdk/docs/install' >&2
  exit 2
fi
REGION=${REGION:-us-central1}
MIN_INSTANCES=${MIN_INSTANCES:-1}
MAX_INSTANCES=${MAX_INSTANCES:-20}
DATABASE_TIER=${DATABASE_TIER:-db-custom-2-7680}
REDIS_GIB=${REDIS_GIB:-1}
# Requests a minute from one address, before they reach the server and its own limits.
REQUESTS_PER_MINUTE=${REQUESTS_PER_MINUTE:-600}

# Runs gcloud; a plan only shows the call.
cloud() {
  if [[ $mode == plan ]]; then
    printf '%q ' gcloud "$@" --project="$PROJECT" --quiet
    echo
  else
    gcloud "$@" --project="$PROJECT" --quiet
  fi
}

# ensure WORDS… -- WORDS…: the second call where the first, which describes, finds nothing.
ensure() {
  local describe=()
  while [[ $1 != -- ]]; do
    describe+=("$1")
    shift
  done
  shift
  if [[ $mode == up ]] && gcloud "${describe[@]}" --project="$PROJECT" --quiet >/dev/null 2>&1; then return; fi
  cloud "$@"
}

# What a resource says of itself; a plan has the name in angle brackets for it.
ask() {
  local shown=$1
  shift
  if [[ $mode == plan ]]; then echo "<$shown>"; else gcloud "$@" --project="$PROJECT" --quiet; fi
}

# True where a question to gcloud is answered with nothing; a plan asks nothing.
missing() {
  [[ $mode == plan ]] || [[ -z $(gcloud "$@" --project="$PROJECT" --quiet 2>/dev/null) ]]
}

# The secret's newest version holds the value.
keep_secret() {
  local name=$1 value=$2
  ensure secrets describe "$name" -- secrets create "$name" --replication-policy=automatic
  local access=(secrets versions access latest --secret="$name")
  if ! missing "${access[@]}" && [[ $(gcloud "${access[@]}" --project="$PROJECT" --quiet) == "$value" ]]; then return; fi
  # No pipe: a plan reads nothing, and writing to nobody would end the script.
  cloud secrets versions add "$name" --data-file=- < <(printf %s "$value")
}

cloud services enable run.googleapis.com sqladmin.googleapis.com redis.googleapis.com secretmanager.googleapis.com \
  compute.googleapis.com servicenetworking.googleapis.com

# The network that the instances, PostgreSQL and Redis share.
ensure compute networks describe tampinha -- \
  compute networks create tampinha --subnet-mode=custom
ensure compute networks subnets describe tampinha --region="$REGION" -- \
  compute networks subnets create tampinha --network=tampinha --region="$REGION" --range=10.10.0.0/22
ensure compute addresses describe tampinha-services --global -- \
  compute addresses create tampinha-services --global --purpose=VPC_PEERING --prefix-length=20 --network=tampinha
if missing services vpc-peerings list --network=tampinha --format='value(peering)'; then
  cloud services vpc-peerings connect --service=servicenetworking.googleapis.com --ranges=tampinha-services \
    --network=tampinha
fi

# PostgreSQL with a standby in another zone, backups, and a log to restore any minute of a week from.
ensure sql instances describe tampinha -- \
  sql instances create tampinha --database-version=POSTGRES_16 --edition=enterprise --tier="$DATABASE_TIER" \
  --region="$REGION" --availability-type=REGIONAL --network="projects/$PROJECT/global/networks/tampinha" \
  --no-assign-ip --storage-auto-increase --backup-start-time=03:00 --enable-point-in-time-recovery \
  --deletion-protection
ensure sql databases describe tampinha --instance=tampinha -- \
  sql databases create tampinha --instance=tampinha
# The password is made once, and then is only in the secret.
if missing secrets versions access latest --secret=tampinha-database-url; then
  password=$(od -An -v -tx1 -N24 /dev/urandom | tr -d ' \n')
  if [[ $mode == plan ]]; then password='<password>'; fi
  ensure sql users describe tampinha --instance=tampinha -- \
    sql users create tampinha --instance=tampinha
  cloud sql users set-password tampinha --instance=tampinha --password="$password"
  host=$(ask address-of-postgresql sql instances describe tampinha --format='value(ipAddresses[0].ipAddress)')
  keep_secret tampinha-database-url "postgres://tampinha:$password@$host:5432/tampinha"
fi

# Redis with a replica in another zone; the oldest answers go when it is full.
ensure redis instances describe tampinha --region="$REGION" -- \
  redis instances create tampinha --region="$REGION" --tier=standard --size="$REDIS_GIB" --redis-version=redis_7_2 \
  --network=tampinha --connect-mode=private-service-access --redis-config=maxmemory-policy=allkeys-lru
redis=$(ask address-of-redis redis instances describe tampinha --region="$REGION" --format='value(host)')
keep_secret tampinha-redis-url "redis://$redis:6379"

# Who the instances are: they may read the two secrets and nothing else.
account=tampinha@$PROJECT.iam.gserviceaccount.com
ensure iam service-accounts describe "$account" -- \
  iam service-accounts create tampinha --display-name=Tampinha
for secret in tampinha-database-url tampinha-redis-url; do
  cloud secrets add-iam-policy-binding "$secret" --member="serviceAccount:$account" \
    --role=roles/secretmanager.secretAccessor
done

# The address comes first: the server believes what it says about clients.
ensure compute addresses describe tampinha --global -- \
  compute addresses create tampinha --global --ip-version=IPV4
ADDRESS=$(ask address-of-load-balancer compute addresses describe tampinha --global --format='value(address)')

# The database is brought up to date before an instance of the new version starts.
cloud run jobs deploy tampinha-migrate --region="$REGION" --image="$IMAGE" --args=migrate --service-account="$account" \
  --set-secrets=DATABASE_URL=tampinha-database-url:latest --network=tampinha --subnet=tampinha \
  --vpc-egress=private-ranges-only --max-retries=1 --task-timeout=3600 --execute-now --wait

service=$(<cloud-run.yaml)
for name in PROJECT REGION IMAGE MIN_INSTANCES MAX_INSTANCES ADDRESS; do
  service=${service//\$$name/"${!name}"}
done
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
printf '%s\n' "$service" >"$folder/cloud-run.yaml"
cloud run services replace "$folder/cloud-run.yaml" --region="$REGION"
# The server asks for keys itself, and only the load balancer reaches it.
cloud run services add-iam-policy-binding tampinha --region="$REGION" --member=allUsers --role=roles/run.invoker

# The load balancer, from the back to the front.
ensure compute network-endpoint-groups describe tampinha --region="$REGION" -- \
  compute network-endpoint-groups create tampinha --region="$REGION" --network-endpoint-type=serverless \
  --cloud-run-service=tampinha
ensure compute security-policies describe tampinha -- \
  compute security-policies create tampinha --type=CLOUD_ARMOR
ensure compute security-policies rules describe 1000 --security-policy=tampinha -- \
  compute security-policies rules create 1000 --security-policy=tampinha --src-ip-ranges='*' --action=throttle \
  --rate-limit-threshold-count="$REQUESTS_PER_MINUTE" --rate-limit-threshold-interval-sec=60 --conform-action=allow \
  --exceed-action=deny-429 --enforce-on-key=IP
ensure compute backend-services describe tampinha --global -- \
  compute backend-services create tampinha --global --load-balancing-scheme=EXTERNAL_MANAGED
cloud compute backend-services update tampinha --global --security-policy=tampinha
if missing compute backend-services describe tampinha --global --format='value(backends[].group)'; then
  cloud compute backend-services add-backend tampinha --global --network-endpoint-group=tampinha \
    --network-endpoint-group-region="$REGION"
fi
ensure compute url-maps describe tampinha --global -- \
  compute url-maps create tampinha --global --default-service=tampinha
ensure compute ssl-certificates describe tampinha --global -- \
  compute ssl-certificates create tampinha --global --domains="$DOMAIN"
ensure compute target-https-proxies describe tampinha --global -- \
  compute target-https-proxies create tampinha --global --url-map=tampinha --ssl-certificates=tampinha
ensure compute forwarding-rules describe tampinha --global -- \
  compute forwarding-rules create tampinha --global --load-balancing-scheme=EXTERNAL_MANAGED --address=tampinha \
  --target-https-proxy=tampinha --ports=443

echo "Let $DOMAIN point to $ADDRESS; the certificate comes when it does." >&2
