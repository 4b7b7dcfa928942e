#!/usr/bin/env bash
# Stands in for gcloud in cloud.test.ts: remembers what was made, finds only that, and refuses what names something that
# is not there. What is there are lines of $CLOUD_STATE. A call goes to $CLOUD_CALLS: its words, each with a unit
# separator after it, then what was read from stdin or a file, and a group separator.
set -euo pipefail

input=
for word; do
  if [[ $word == --data-file=- ]]; then input=$(</dev/stdin); fi
done
if [[ "$*" == 'run services replace '* ]]; then input=$(<"$4"); fi
{ printf '%s\x1f' "$@"; printf '\x1e%s\x1d' "$input"; } >>"$CLOUD_CALLS"

declare -A state=()
if [[ -e $CLOUD_STATE ]]; then while IFS= read -r line; do state[$line]=1; done <"$CLOUD_STATE"; fi
has() { [[ -n ${state[$1]:-} ]]; }
keep() { printf '%s\n' "$1" >>"$CLOUD_STATE"; }
stop() {
  echo "gcloud stub: $1: $call" >&2
  exit 1
}
call="$*"

# The words before the verb say the kind, the one after it the name.
words=() verb='' name=''
for word; do
  if [[ -n $verb ]]; then
    name=$word
    break
  fi
  case $word in
    create | describe | deploy | replace | connect | list | update | add-backend | enable | access | add) verb=$word ;;
    add-iam-policy-binding | set-password) verb=$word ;;
    *) words+=("$word") ;;
  esac
done
kind="${words[*]}"
name=${name%%@*}

# Kinds of resources that a flag names.
declare -A references=(
  [network]='compute networks' [subnet]='compute networks subnets' [ranges]='compute addresses'
  [instance]='sql instances' [security-policy]='compute security-policies' [cloud-run-service]='run services'
  [network-endpoint-group]='compute network-endpoint-groups' [default-service]='compute backend-services'
  [url-map]='compute url-maps' [ssl-certificates]='compute ssl-certificates' [address]='compute addresses'
  [target-https-proxy]='compute target-https-proxies' [service-account]='iam service-accounts' [secret]='secrets'
)
format='' secret=''
for word; do
  if [[ $word != --*=* ]]; then continue; fi
  flag=${word%%=*} flag=${flag#--} value=${word#*=}
  if [[ $flag == format ]]; then format=$value; fi
  if [[ $flag == secret ]]; then secret=$value; fi
  if [[ $flag == set-secrets ]]; then
    of=${value#*=}
    has "version/${of%%:*}" || stop "no value of ${of%%:*}"
  fi
  of=${references[$flag]:-}
  value=${value##*/}
  if [[ -n $of && $verb != access ]] && ! has "$of/${value%%@*}"; then stop "no $of $value"; fi
done

case $verb in
  create)
    if has "$kind/$name"; then stop 'is there already'; fi
    keep "$kind/$name"
    ;;
  deploy) keep "$kind/$name" ;;
  replace) keep 'run services/tampinha' ;;
  add-backend) keep backend ;;
  connect) keep peering ;;
  list) if has peering; then echo servicenetworking; fi ;;
  describe)
    has "$kind/$name" || exit 1
    case $kind:$format in
      *:'value(backends'*) if has backend; then echo group; fi ;;
      'sql instances:value(ipAddresses[0].ipAddress)') echo 10.20.0.3 ;;
      'redis instances:value(host)') echo 10.20.1.4 ;;
      'compute addresses:value(address)') echo 203.0.113.7 ;;
      *:?*) stop 'says nothing of that' ;;
    esac
    ;;
  add)
    has "secrets/$name" || stop 'no such secret'
    keep "version/$name"
    keep "value/$name/$input"
    ;;
  access)
    has "version/$secret" || exit 1
    grep "^value/$secret/" "$CLOUD_STATE" | tail -n 1 | cut -d / -f 3-
    ;;
  '') stop 'not understood' ;;
esac
