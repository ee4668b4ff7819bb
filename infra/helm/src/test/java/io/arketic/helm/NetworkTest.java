package io.arketic.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests that each selector finds pods of the chart, that ports exist there, and which pods reach which. */
class NetworkTest {

    private final Chart chart = Chart.whole();
    private final Pods pods = Pods.of(chart);

    @Test
    void eachSelectorFindsPodsThatHaveThePorts() {
        List<JsonObject> objects = chart.objects();
        assertThat(of(objects, "Service")).hasSize(3).allSatisfy(service -> {
            JsonObject spec = service.getAsJsonObject("spec");
            Set<String> found = matching(spec.getAsJsonObject("selector"));
            assertThat(found).as(Chart.name(service)).hasSize(1);
            assertPorts(
                    found,
                    Pods.each(spec, "ports").map(port -> port.get("targetPort").getAsString()));
        });
        assertThat(of(objects, "PodDisruptionBudget"))
                .hasSize(3)
                .allSatisfy(budget ->
                        assertThat(matching(selector(budget, "selector"))).hasSize(1));
        assertThat(of(objects, "Deployment"))
                .hasSize(3)
                .allSatisfy(deployment ->
                        assertThat(matching(selector(deployment, "selector"))).hasSize(1));
        assertThat(of(objects, "NetworkPolicy")).hasSize(6).allSatisfy(policy -> {
            Set<String> found = matching(selector(policy, "podSelector"));
            assertThat(found).as(Chart.name(policy)).isNotEmpty();
            Pods.each(policy.getAsJsonObject("spec"), "ingress")
                    .forEach(rule -> assertPorts(
                            found,
                            Pods.each(rule, "ports")
                                    .map(port -> port.get("port").getAsString())));
        });
    }

    /** Says which component may reach which port; "monitoring" and "ingress" are the namespaces of the values. */
    @Test
    void onlyThePartsOfAClusterReachFlink() {
        Map<String, Set<String>> reach = reach();
        Map<String, Set<String>> wanted = new TreeMap<>();
        wanted.put("api http", Set.of("ingress"));
        wanted.put("api management", Set.of("monitoring"));
        for (String job : List.of("ingest", "reindex")) {
            String manager = job + "-jobmanager";
            String worker = job + "-taskmanager";
            wanted.put(manager + " rpc", Set.of(worker));
            wanted.put(manager + " blob", Set.of(worker));
            wanted.put(manager + " rest", Set.of(worker, "monitoring"));
            wanted.put(manager + " metrics", Set.of("monitoring"));
            wanted.put(worker + " rpc", Set.of(manager, worker));
            wanted.put(worker + " data", Set.of(manager, worker));
            wanted.put(worker + " query", Set.of(manager, worker));
            wanted.put(worker + " metrics", Set.of("monitoring"));
        }
        assertThat(reach).isEqualTo(wanted);
    }

    @Test
    void onePolicyClosesAllPods() {
        JsonObject all = chart.object("NetworkPolicy", "arketic");
        assertThat(matching(selector(all, "podSelector")))
                .isEqualTo(pods.templates().keySet());
        assertThat(all.getAsJsonObject("spec").has("ingress")).isFalse();
        assertThat(Pods.texts(all.getAsJsonObject("spec"), "policyTypes")).contains("Ingress", "Egress");
        assertThat(Pods.texts(
                        Chart.required().object("NetworkPolicy", "arketic").getAsJsonObject("spec"), "policyTypes"))
                .containsExactly("Ingress");
    }

    @Test
    void withoutPeersMetricsAreClosedAndTheApiIsOpen() {
        JsonObject api = Chart.required().object("NetworkPolicy", "arketic-api").getAsJsonObject("spec");
        assertThat(Pods.each(api, "ingress").map(Object::toString))
                .containsExactly("{\"ports\":[{\"port\":\"http\"}]}");
    }

    @Test
    void theAutoscalerNamesTheDeployment() {
        JsonObject target = chart.object("HorizontalPodAutoscaler", "arketic-api")
                .getAsJsonObject("spec")
                .getAsJsonObject("scaleTargetRef");
        JsonObject deployment = chart.object(
                target.get("kind").getAsString(), target.get("name").getAsString());
        // Otherwise each upgrade would set the number back.
        assertThat(deployment.getAsJsonObject("spec").has("replicas")).isFalse();
        assertThat(Chart.plain()
                        .object("Deployment", "arketic-api")
                        .getAsJsonObject("spec")
                        .get("replicas")
                        .getAsInt())
                .isEqualTo(2);
    }

    @Test
    void flinkChangesConfigMapsOnly() {
        JsonObject role = chart.object("Role", "arketic-flink");
        assertThat(role.getAsJsonArray("rules")).hasSize(1);
        assertThat(Pods.texts(role.getAsJsonArray("rules").get(0).getAsJsonObject(), "resources"))
                .containsExactly("configmaps");
        String account =
                pods.spec("ingest-jobmanager").get("serviceAccountName").getAsString();
        assertThat(chart.object("RoleBinding", "arketic-flink")
                        .getAsJsonArray("subjects")
                        .toString())
                .contains("\"name\":\"" + account + "\"");
        assertThat(chart.object("ServiceAccount", account)).isNotNull();
        assertThat(pods.spec("api").has("serviceAccountName")).isFalse();
    }

    @Test
    void aTaskManagerChangesNothingInKubernetes() {
        String account =
                pods.spec("ingest-taskmanager").get("serviceAccountName").getAsString();
        assertThat(pods.spec("reindex-taskmanager").get("serviceAccountName").getAsString())
                .isEqualTo(account);
        assertThat(chart.object("ServiceAccount", account)).isNotNull();
        JsonObject binding = chart.object("RoleBinding", account);
        assertThat(binding.getAsJsonArray("subjects").toString()).contains("\"name\":\"" + account + "\"");
        JsonObject role = chart.object(
                "Role", binding.getAsJsonObject("roleRef").get("name").getAsString());
        assertThat(Pods.each(role, "rules")).hasSize(1).allSatisfy(rule -> {
            assertThat(Pods.texts(rule, "resources")).containsExactly("configmaps");
            assertThat(Pods.texts(rule, "verbs")).containsExactly("get", "list", "watch");
        });
    }

    private Map<String, Set<String>> reach() {
        Map<String, Set<String>> reach = new TreeMap<>();
        of(chart.objects(), "NetworkPolicy").forEach(policy -> {
            for (String component : matching(selector(policy, "podSelector"))) {
                Pods.each(policy.getAsJsonObject("spec"), "ingress").forEach(rule -> {
                    Set<String> peers =
                            Pods.each(rule, "from").flatMap(this::peers).collect(Collectors.toSet());
                    Pods.each(rule, "ports")
                            .forEach(port -> reach.computeIfAbsent(
                                            component + " " + port.get("port").getAsString(), any -> new TreeSet<>())
                                    .addAll(peers));
                });
            }
        });
        return reach;
    }

    private Stream<String> peers(JsonObject peer) {
        if (peer.has("podSelector")) {
            return matching(peer.getAsJsonObject("podSelector").getAsJsonObject("matchLabels")).stream();
        }
        return Stream.of(peer.getAsJsonObject("namespaceSelector")
                .getAsJsonObject("matchLabels")
                .get("kubernetes.io/metadata.name")
                .getAsString());
    }

    private void assertPorts(Set<String> components, Stream<String> ports) {
        List<String> named = ports.toList();
        for (String component : components) {
            assertThat(Pods.names(Pods.each(pods.container(component), "ports")))
                    .as(component)
                    .containsAll(named);
        }
    }

    /** Returns the components whose pods have these labels. */
    private Set<String> matching(JsonObject labels) {
        return pods.templates().entrySet().stream()
                .filter(pod -> Pods.labels(pod.getValue()).entrySet().containsAll(labels.entrySet()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private static JsonObject selector(JsonObject object, String name) {
        return object.getAsJsonObject("spec").getAsJsonObject(name).getAsJsonObject("matchLabels");
    }

    private static Stream<JsonObject> of(List<JsonObject> objects, String kind) {
        return objects.stream().filter(object -> Chart.kind(object).equals(kind));
    }
}
