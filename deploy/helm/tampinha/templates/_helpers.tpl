{{- define "tampinha.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Short enough for the names of jobs, which go on after it: 63 letters in all. */}}
{{- define "tampinha.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains (include "tampinha.name" .) .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "tampinha.name" .) | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "tampinha.selector" -}}
app.kubernetes.io/name: {{ include "tampinha.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "tampinha.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 }}
{{ include "tampinha.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/* Takes a dictionary of `image` (repository, tag, digest) and the root. */}}
{{- define "tampinha.image" -}}
{{- $tag := default .root.Chart.AppVersion .image.tag -}}
{{- if .image.digest -}}
{{ .image.repository }}@{{ .image.digest }}
{{- else -}}
{{ .image.repository }}:{{ $tag }}
{{- end -}}
{{- end -}}

{{/* Whether another database than the embedded one is used. */}}
{{- define "tampinha.postgres" -}}
{{- if and .Values.secret.name (has "DATABASE_URL" .Values.secret.keys) -}}true{{- end -}}
{{- end -}}

{{/* Whether the embedded database lies on a volume. */}}
{{- define "tampinha.volume" -}}
{{- if and .Values.persistence.enabled (not (include "tampinha.postgres" .)) -}}true{{- end -}}
{{- end -}}

{{- define "tampinha.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
fsGroup: 1000
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "tampinha.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* The settings of the server: what is the same for every command that reads them. */}}
{{- define "tampinha.environment" -}}
- name: DATA_DIR
  value: /data
{{- if .Values.models.existingClaim }}
- name: MODELS_DIR
  value: /models
{{- end }}
{{- if .Values.secret.name }}
{{- range .Values.secret.keys }}
- name: {{ . }}
  valueFrom:
    secretKeyRef:
      name: {{ $.Values.secret.name }}
      key: {{ . }}
{{- end }}
{{- end }}
{{- end -}}

{{/* What cannot work is refused here, before anything is installed. */}}
{{- define "tampinha.check" -}}
{{- if and (not (include "tampinha.postgres" .)) (or .Values.autoscaling.enabled (gt (int .Values.replicas) 1)) -}}
{{- fail "more than one replica needs PostgreSQL: give secret.name a Secret with DATABASE_URL and name the key in secret.keys" -}}
{{- end -}}
{{- if and .Values.externalSecret.enabled (not (and .Values.secret.name .Values.externalSecret.store.name)) -}}
{{- fail "externalSecret needs secret.name, the Secret it writes, and externalSecret.store.name" -}}
{{- end -}}
{{- if and (or .Values.ingress.enabled .Values.gateway.enabled) (not .Values.config.TRUST_PROXY) -}}
{{- fail "ingress and gateway need config.TRUST_PROXY: without it every client has the proxy's address, and one rate limit" -}}
{{- end -}}
{{- if and .Values.gateway.enabled (not (and .Values.gateway.parentRefs .Values.gateway.hosts)) -}}
{{- fail "gateway needs gateway.parentRefs and gateway.hosts" -}}
{{- end -}}
{{- if and .Values.config.KEEP_PICTURES (not (include "tampinha.volume" .)) -}}
{{- fail "config.KEEP_PICTURES keeps pictures in a replica's own /data, which lasts with persistence and the embedded database only" -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) -}}
{{- fail "ingress needs ingress.hosts" -}}
{{- end -}}
{{- if and .Values.metrics.serviceMonitor.enabled (ne .Values.config.AUTH "off") (not .Values.metrics.keySecret.name) -}}
{{- fail "metrics.serviceMonitor needs metrics.keySecret.name, a Secret with an API key of the scope read" -}}
{{- end -}}
{{- if and .Values.training.enabled (not (and .Values.training.dataClaim .Values.training.outClaim)) -}}
{{- fail "training needs training.dataClaim and training.outClaim" -}}
{{- end -}}
{{- end -}}
