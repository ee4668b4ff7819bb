package io.arketic.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that the chart renders valid objects, and refuses values that it does not know. */
class ChartTest {

    private static final Pattern EXAMPLE = Pattern.compile("(?s)```yaml\n(.*?)```");

    static Stream<Chart> charts() {
        return Stream.of(Chart.required(), Chart.whole(), Chart.plain());
    }

    @ParameterizedTest
    @MethodSource("charts")
    void lintFindsNothing(Chart chart, @TempDir Path scratch) throws IOException {
        LintResult result = chart.lint(scratch);
        assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("charts")
    void eachObjectIsValidForKubernetes(Chart chart) {
        assertThat(chart.objects()).hasSizeGreaterThan(8).allSatisfy(KubernetesSchema::check);
    }

    @Test
    void aLongNameOfTheReleaseIsCutToWhatFlinkAndKubernetesTake() {
        Chart chart = Chart.whole().named("a-release-whose-name-is-as-long-as-helm-allows-50-c");
        assertThat(chart.objects()).allSatisfy(object -> {
            KubernetesSchema.check(object);
            assertThat(Chart.name(object)).hasSizeLessThanOrEqualTo(52);
        });
        assertThat(chart.objects().stream().filter(object -> Chart.kind(object).equals("Job")))
                .hasSize(3)
                .allSatisfy(job -> assertThat(Chart.name(job)).hasSizeLessThanOrEqualTo(45));
    }

    @Test
    void theCheckRefusesWhatKubernetesRefuses() {
        JsonObject unknown = Chart.required().object("Deployment", "arketic-api");
        container(unknown).getAsJsonObject("readinessProbe").addProperty("periodSecond", 5);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KubernetesSchema.check(unknown))
                .withMessageContaining("periodSecond");

        JsonObject number = Chart.required().object("Deployment", "arketic-api");
        container(number).getAsJsonArray("env").get(0).getAsJsonObject().add("value", new JsonPrimitive(5));
        assertThatIllegalArgumentException().isThrownBy(() -> KubernetesSchema.check(number));

        JsonObject missing = Chart.required().object("Deployment", "arketic-api");
        container(missing).remove("name");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KubernetesSchema.check(missing))
                .withMessageContaining("name");
    }

    @Test
    void theAddressesAreRequired() {
        assertThatThrownBy(() -> Chart.required().withoutValues().text())
                .hasMessageContainingAll(
                        "publicUrl", "database", "bootstrapServers", "endpoint", "smtpHost", "from", "stateStorage");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis: {host: cache}",
                "api: {replica: 3}",
                "api: {behindProxy: true}",
                "flink: {configuration: {rest.profiling.enabled: false}}",
                "api: {replicas: 0}",
                "api: {replicas: '2'}",
                "api: {settings: {LIMIT: '5'}}",
                "api: {settings: {ARKETIC_LIMIT_SEARCH: 600}}",
                "api: {secretSettings: {ARKETIC_RERANK_API_KEY: secret}}",
                "api: {ingress: {enabled: true}}",
                "api: {resources: {requests: {memory: 1 GB}}}",
                "database: {sslMode: require}",
                "database: {host: 'a/b'}",
                "secrets: {tokenSecret: {name: ''}}",
                "secrets: {databasePassword: {name: arketic, key: x, value: secret}}",
                "flink: {stateStorage: 'file:///state'}",
                "ingest: {savepoint: /state/savepoint-1}",
                "ingest: {parallelism: 0}",
                "mail: {smtpEncryption: ssl}",
                "publicUrl: arketic.example.org",
                "kafka: {bootstrapServers: kafka}",
            })
    void anInvalidValueIsRefused(String value) {
        Chart chart = Chart.required().with(value);
        assertThatThrownBy(chart::text).hasMessageContaining("values don't meet the specifications of the schema");
    }

    /** Renders what the pages of the documentation show as values. */
    @Test
    void theExamplesAreValid() throws IOException {
        for (String page : List.of("kubernetes.md", "upgrade.md")) {
            List<String> examples = EXAMPLE.matcher(
                            Files.readString(Chart.ROOT.resolve("infra/docs").resolve(page)))
                    .results()
                    .map(example -> example.group(1))
                    .toList();
            assertThat(examples).as(page).isNotEmpty();
            for (String example : examples) {
                assertThat(Chart.required().with(example).objects()).allSatisfy(KubernetesSchema::check);
            }
        }
    }

    @Test
    void theMigrationIsTheOnlyHookAndRunsBeforeTheRest(@TempDir Path scratch) throws IOException {
        List<String> all = Chart.whole().objects().stream().map(Chart::name).toList();
        List<String> unhooked = Chart.whole().withoutHooks(scratch).objects().stream()
                .map(Chart::name)
                .toList();
        assertThat(all).hasSize(unhooked.size() + 1).containsAll(unhooked).contains("arketic-migrate");
        assertThat(unhooked).doesNotContain("arketic-migrate");
        JsonObject annotations = Chart.whole()
                .object("Job", "arketic-migrate")
                .getAsJsonObject("metadata")
                .getAsJsonObject("annotations");
        assertThat(annotations.get("rendered.helm.sh/hook").getAsString()).isEqualTo("pre-install,pre-upgrade");
    }

    private static JsonObject container(JsonObject deployment) {
        return deployment
                .getAsJsonObject("spec")
                .getAsJsonObject("template")
                .getAsJsonObject("spec")
                .getAsJsonArray("containers")
                .get(0)
                .getAsJsonObject();
    }
}
