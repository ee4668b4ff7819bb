{{/* The name of all objects of this release, at most 28 characters: Flink takes 45 for a cluster's id. */}}
{{- define "arketic.name" -}}
{{- if contains "arketic" .Release.Name -}}
{{- .Release.Name | trunc 28 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-arketic" (.Release.Name | trunc 20 | trimSuffix "-") -}}
{{- end -}}
{{- end -}}

{{/* Labels of one component: (list $ "api"). */}}
{{- define "arketic.selector" -}}
app.kubernetes.io/name: arketic
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{- define "arketic.labels" -}}
{{ include "arketic.selector" . }}
app.kubernetes.io/version: {{ (index . 0).Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ (index . 0).Release.Service }}
helm.sh/chart: {{ printf "%s-%s" (index . 0).Chart.Name (index . 0).Chart.Version }}
{{- end -}}

{{/* An image: (list $ "arketic-api"). */}}
{{- define "arketic.image" -}}
{{- $image := (index . 0).Values.image -}}
{{- with $image.registry }}{{ . }}/{{ end }}{{ index . 1 }}:{{ $image.tag | default (index . 0).Chart.AppVersion }}
{{- end -}}

{{/* What all pods have in common. Kubernetes would pass addresses of services as ARKETIC_… variables. */}}
{{- define "arketic.pod" -}}
enableServiceLinks: false
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
{{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "arketic.container" -}}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end -}}

{{/* A variable from a Secret, unless it is left out: (list "ARKETIC_…" reference). */}}
{{- define "arketic.secret" -}}
{{- if (index . 1).name }}
- name: {{ index . 0 }}
  valueFrom:
    secretKeyRef: {name: {{ (index . 1).name | quote }}, key: {{ (index . 1).key | quote }}}
{{- end }}
{{- end -}}

{{/* A variable, unless it is empty: (list "ARKETIC_…" value). */}}
{{- define "arketic.value" -}}
{{- if index . 1 }}
- name: {{ index . 0 }}
  value: {{ index . 1 | toString | quote }}
{{- end }}
{{- end -}}

{{/* Further settings of a component: those of its values. */}}
{{- define "arketic.further" -}}
{{- range $name, $value := .settings }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- range $name, $reference := .secretSettings }}
{{- include "arketic.secret" (list $name $reference) }}
{{- end }}
{{- end -}}

{{- define "arketic.databaseUrl" -}}
{{- $database := .Values.database -}}
jdbc:postgresql://{{ $database.host }}:{{ $database.port }}/{{ $database.name }}?sslmode={{ $database.sslMode }}
{{- if eq $database.sslMode "verify-full" -}}
{{- if $database.ca.name -}}
&sslrootcert=/etc/arketic/database/{{ $database.ca.key }}
{{- else -}}
&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "arketic.databaseMount" -}}
{{- if .Values.database.ca.name }}
- {name: database-ca, mountPath: /etc/arketic/database, readOnly: true}
{{- end }}
{{- end -}}

{{- define "arketic.databaseVolume" -}}
{{- with .Values.database.ca }}
{{- if .name }}
- name: database-ca
  secret:
    secretName: {{ .name | quote }}
    items:
      - {key: {{ .key | quote }}, path: {{ .key | quote }}}
{{- end }}
{{- end }}
{{- end -}}

{{/* Settings that the API and the ingest job share. */}}
{{- define "arketic.store" -}}
- name: ARKETIC_STORE_ENDPOINT
  value: {{ .Values.store.endpoint | quote }}
- name: ARKETIC_STORE_BUCKET
  value: {{ .Values.store.bucket | quote }}
{{- include "arketic.secret" (list "ARKETIC_STORE_ACCESS_KEY" .Values.secrets.storeAccessKey) }}
{{- include "arketic.secret" (list "ARKETIC_STORE_SECRET_KEY" .Values.secrets.storeSecretKey) }}
- name: ARKETIC_KAFKA_BOOTSTRAP_SERVERS
  value: {{ .Values.kafka.bootstrapServers | quote }}
{{- if .Values.secrets.kafkaPassword.name }}
- name: ARKETIC_KAFKA_USER
  value: {{ .Values.kafka.user | quote }}
{{- include "arketic.secret" (list "ARKETIC_KAFKA_PASSWORD" .Values.secrets.kafkaPassword) }}
- name: ARKETIC_KAFKA_SECURITY_PROTOCOL
  value: {{ .Values.kafka.securityProtocol }}
- name: ARKETIC_KAFKA_SASL_MECHANISM
  value: {{ .Values.kafka.mechanism }}
{{- end }}
{{- end -}}

{{- define "arketic.models" -}}
- name: ARKETIC_EMBEDDING_DEFAULT_MODEL
  value: {{ .Values.embedding.defaultModel | quote }}
{{- end -}}

{{- define "arketic.ocr" -}}
- name: ARKETIC_OCR_LANGUAGES
  value: {{ .Values.ocrLanguages | quote }}
{{- end -}}
