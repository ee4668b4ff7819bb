{{/*
One job of Flink in application mode: (dict "root" $ "job" "ingest" "class" "…" "values" .Values.ingest "slots" 2).
The cluster's id, which is also the Job's name, has the hash of its JobManager's pod, because a Job's pod cannot be changed. So a
changed pod is a new cluster, which never continues with the job graph of the former one. TaskManagers are no part of it.
*/}}
{{- define "arketic.flink" -}}
{{- $root := .root -}}
{{- $values := .values -}}
{{- $name := printf "%s-%s" (include "arketic.name" $root) .job -}}
{{- $manager := printf "%s-jobmanager" .job -}}
{{- $worker := printf "%s-taskmanager" .job -}}
{{- $pod := printf "%s %s %s" $values.run (toJson $root.Values.flink.podAnnotations)
    (include "arketic.jobManager" (merge (dict "cluster" "") .)) -}}
{{- $cluster := printf "%s-%s" $name ($pod | sha256sum | trunc 8) -}}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ $cluster }}
  labels: {{- include "arketic.labels" (list $root $manager) | nindent 4 }}
spec:
  # The JobManager ends with 0 when its job was stopped or cancelled. After each other end it starts again.
  backoffLimit: 2147483647
  template:
    metadata:
      labels:
        {{- include "arketic.selector" (list $root $manager) | nindent 8 }}
        arketic.io/cluster: {{ $cluster }}
      {{- with $root.Values.flink.podAnnotations }}
      annotations: {{- toYaml . | nindent 8 }}
      {{- end }}
    spec: {{- include "arketic.jobManager" (merge (dict "cluster" $cluster) .) | nindent 6 }}
---
# Operators call Flink's REST interface here, with the cluster's key. TaskManagers find the JobManager through Kubernetes.
apiVersion: v1
kind: Service
metadata:
  name: {{ $name }}-jobmanager
  labels: {{- include "arketic.labels" (list $root $manager) | nindent 4 }}
spec:
  # An operator looks at a job that does not run.
  publishNotReadyAddresses: true
  selector:
    {{- include "arketic.selector" (list $root $manager) | nindent 4 }}
    arketic.io/cluster: {{ $cluster }}
  ports:
    - {name: rest, port: 8081, targetPort: rest}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $name }}-taskmanager
  labels: {{- include "arketic.labels" (list $root $worker) | nindent 4 }}
spec:
  replicas: {{ $values.taskManagers }}
  selector:
    matchLabels: {{- include "arketic.selector" (list $root $worker) | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "arketic.selector" (list $root $worker) | nindent 8 }}
        arketic.io/cluster: {{ $cluster }}
      {{- with $root.Values.flink.podAnnotations }}
      annotations: {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      {{- include "arketic.flinkPod" $root | nindent 6 }}
      serviceAccountName: {{ include "arketic.name" $root }}-flink-taskmanager
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels: {{- include "arketic.selector" (list $root $worker) | nindent 14 }}
      containers:
        - name: taskmanager
          image: {{ include "arketic.image" (list $root "arketic-flink-kubernetes") | quote }}
          {{- include "arketic.container" $root | nindent 10 }}
          args:
            - taskmanager
            {{- include "arketic.flinkSettings" (merge (dict "cluster" $cluster) .) | nindent 12 }}
          ports:
            - {name: data, containerPort: 6121}
            - {name: rpc, containerPort: 6122}
            - {name: query, containerPort: 6125}
            - {name: metrics, containerPort: 9249}
          # The job brings the product's settings.
          env: {{- include "arketic.flinkEnvironment" $root | nindent 12 }}
          resources: {{- toYaml $values.resources | nindent 12 }}
          {{- include "arketic.flinkProbes" "rpc" | nindent 10 }}
          # Whether the JobManager knows it.
          readinessProbe:
            exec:
              command:
                - /bin/sh
                - -c
                - /opt/flink/bin/flink-answers.sh {{ $name }}-jobmanager /taskmanagers | grep --quiet "\"$HOSTNAME\""
            periodSeconds: 10
            timeoutSeconds: 8
          volumeMounts:
            {{- include "arketic.flinkMounts" $root | nindent 12 }}
            {{- if eq .job "ingest" }}
            # The whole folder: a file by subPath would not follow a changed Secret.
            - {name: encryption-keyset, mountPath: /etc/arketic/keyset, readOnly: true}
            {{- end }}
      volumes:
        - name: scratch
          emptyDir: {sizeLimit: {{ $values.scratch }}}
        {{- include "arketic.flinkVolumes" $root | nindent 8 }}
        {{- if eq .job "ingest" }}
        - name: encryption-keyset
          secret:
            secretName: {{ $root.Values.secrets.encryptionKeyset.name | quote }}
            items:
              - {key: {{ $root.Values.secrets.encryptionKeyset.key | quote }}, path: keyset.json}
        {{- end }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ $name }}-taskmanager
  labels: {{- include "arketic.labels" (list $root $worker) | nindent 4 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels: {{- include "arketic.selector" (list $root $worker) | nindent 6 }}
{{- end -}}

{{/* The pod of a JobManager; with "cluster", the cluster's id. */}}
{{- define "arketic.jobManager" -}}
{{- $root := .root -}}
{{- include "arketic.flinkPod" $root }}
serviceAccountName: {{ include "arketic.name" $root }}-flink
restartPolicy: OnFailure
containers:
  - name: jobmanager
    image: {{ include "arketic.image" (list $root "arketic-flink-kubernetes") | quote }}
    {{- include "arketic.container" $root | nindent 4 }}
    args:
      - standalone-job
      - --job-classname
      - {{ .class }}
      - --host
      - $(POD_IP)
      {{- with .values.savepoint }}
      - --fromSavepoint
      - {{ . | quote }}
      {{- end }}
      {{- include "arketic.flinkSettings" . | nindent 6 }}
    ports:
      - {name: rpc, containerPort: 6123}
      - {name: blob, containerPort: 6124}
      - {name: rest, containerPort: 8081}
      - {name: metrics, containerPort: 9249}
    env:
      {{- include "arketic.flinkEnvironment" $root | nindent 6 }}
      - name: ARKETIC_DATABASE_URL
        value: {{ include "arketic.databaseUrl" $root | quote }}
      {{- include "arketic.secret" (list "ARKETIC_DATABASE_INGEST_PASSWORD" $root.Values.secrets.databaseIngestPassword) | nindent 6 }}
      {{- include "arketic.models" $root | nindent 6 }}
      {{- if eq .job "ingest" }}
      {{- include "arketic.store" $root | nindent 6 }}
      {{- include "arketic.ocr" $root | nindent 6 }}
      # Where the TaskManagers see it: the settings are in the job graph, which lies in the state storage as plain text.
      - name: ARKETIC_ENCRYPTION_KEYSET_FILE
        value: /etc/arketic/keyset/keyset.json
      - name: ARKETIC_INGEST_PARALLELISM
        value: {{ .values.parallelism | quote }}
      {{- else }}
      - name: ARKETIC_REINDEX_PARALLELISM
        value: {{ .values.parallelism | quote }}
      {{- end }}
      {{- include "arketic.further" .values | nindent 6 }}
    resources: {{- toYaml $root.Values.flink.jobManagerResources | nindent 6 }}
    {{- include "arketic.flinkProbes" "rpc" | nindent 4 }}
    # Whether the job runs.
    readinessProbe:
      exec:
        command:
          - /bin/sh
          - -c
          - /opt/flink/bin/flink-answers.sh localhost /jobs | grep --quiet '"RUNNING"'
      periodSeconds: 10
      timeoutSeconds: 8
    volumeMounts: {{- include "arketic.flinkMounts" $root | nindent 6 }}
volumes:
  - name: scratch
    emptyDir: {sizeLimit: 2Gi}
  {{- include "arketic.flinkVolumes" $root | nindent 2 }}
{{- end -}}

{{/* What the pods of JobManagers and TaskManagers have in common. */}}
{{- define "arketic.flinkPod" -}}
{{- include "arketic.pod" . }}
automountServiceAccountToken: true
{{- with .Values.flink.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
tolerations:
  # A pod of a vanished host is replaced after half a minute instead of five.
  - {key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 30}
  - {key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 30}
  {{- with .Values.flink.tolerations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{/* Arguments that override config.yaml of the image. The ports are fixed for the NetworkPolicies. */}}
{{- define "arketic.flinkSettings" -}}
{{- $flink := .root.Values.flink -}}
{{- $state := printf "%s/%s" (trimSuffix "/" $flink.stateStorage) .job -}}
{{- $settings := dict
    "high-availability.type" "kubernetes"
    "high-availability.storageDir" (printf "%s/high-availability" $state)
    "high-availability.jobmanager.port" "6123"
    "kubernetes.cluster-id" .cluster
    "kubernetes.namespace" .root.Release.Namespace
    "execution.checkpointing.dir" (printf "%s/checkpoints" $state)
    "execution.checkpointing.savepoint-dir" (printf "%s/savepoints" $state)
    "s3.endpoint" ($flink.stateEndpoint | default .root.Values.store.endpoint)
    "s3.path.style.access" "true"
    "jobmanager.scheduler" "adaptive"
    "jobmanager.rpc.address" "$(POD_IP)"
    "rest.address" "$(POD_IP)"
    "blob.server.port" "6124"
    "taskmanager.host" "$(POD_IP)"
    "taskmanager.rpc.port" "6122"
    "taskmanager.data.port" "6121"
    "taskmanager.numberOfTaskSlots" .slots
    "metrics.internal.query-service.port" "6125"
    "metrics.reporter.prometheus.port" "9249"
-}}
{{- range $name, $value := merge (deepCopy $flink.configuration) $settings }}
- -D
- {{ printf "%s=%v" $name $value | quote }}
{{- end }}
{{- end -}}

{{- define "arketic.flinkEnvironment" -}}
- name: POD_IP
  valueFrom:
    fieldRef: {fieldPath: status.podIP}
{{- include "arketic.secret" (list "ARKETIC_FLINK_KEY_PASSWORD" .Values.secrets.flinkKeyPassword) }}
{{- include "arketic.secret" (list "ARKETIC_FLINK_STATE_ACCESS_KEY" .Values.secrets.flinkStateAccessKey) }}
{{- include "arketic.secret" (list "ARKETIC_FLINK_STATE_SECRET_KEY" .Values.secrets.flinkStateSecretKey) }}
{{- end -}}

{{/* Whether the process takes connections: a process whose JobManager or Kubernetes is away must not be killed for that. */}}
{{- define "arketic.flinkProbes" -}}
startupProbe:
  tcpSocket: {port: {{ . }}}
  periodSeconds: 3
  failureThreshold: 60
livenessProbe:
  tcpSocket: {port: {{ . }}}
  periodSeconds: 15
  timeoutSeconds: 5
  failureThreshold: 6
{{- end -}}

{{- define "arketic.flinkMounts" -}}
- {name: scratch, mountPath: /var/lib/arketic, subPath: home}
- {name: scratch, mountPath: /tmp, subPath: tmp}
- {name: flink-key, mountPath: /var/lib/arketic/flink.p12, subPath: flink.p12, readOnly: true}
- {name: flink-key, mountPath: /var/lib/arketic/flink.p12.pem, subPath: flink.p12.pem, readOnly: true}
{{- include "arketic.databaseMount" . }}
{{- end -}}

{{- define "arketic.flinkVolumes" -}}
- name: flink-key
  secret:
    secretName: {{ .Values.secrets.flinkKeyPassword.name | quote }}
    items:
      - {key: flink.p12, path: flink.p12}
      - {key: flink.p12.pem, path: flink.p12.pem}
{{- include "arketic.databaseVolume" . }}
{{- end -}}
