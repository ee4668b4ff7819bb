package io.arketic.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.arketic.ingest.object.ObjectStore;
import io.arketic.ingest.settings.IngestSettings;
import io.arketic.ingest.settings.ReindexSettings;
import io.arketic.ingest.settings.Topics;
import io.arketic.schema.generation.GenerationPlan;
import io.arketic.schema.generation.GenerationState;
import io.arketic.schema.generation.IndexGeneration;
import io.arketic.schema.generation.SwitchOutcome.Switched;
import io.arketic.services.Fixtures;
import io.arketic.services.FlinkRest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Tests both jobs, in this process, on real services. */
@TestInstance(Lifecycle.PER_CLASS)
class ReindexJobIT {

    private static final String MODEL = "bge-small-en-v1.5";

    private EmbeddingEndpoint endpoint;
    private Testbed bed;
    private JobClient ingest;
    private JobClient reindex;
    private FlinkRest rest;

    @BeforeAll
    void start() throws Exception {
        endpoint = new EmbeddingEndpoint();
        bed = new Testbed();
        endpoint.configure(bed.environment());
        IngestSettings settings = bed.settings();
        Topics.create(bed.settings().kafka());
        try (ObjectStore store = new ObjectStore(settings.store())) {
            store.makeBucket(bed.bucket());
        }
        StreamExecutionEnvironment ingesting = environment(IngestJob.configuration(settings));
        new IngestJob(
                        settings,
                        null,
                        Boundedness.CONTINUOUS_UNBOUNDED,
                        new DiscardingSink<>(),
                        IngestJob.deadLetters(settings))
                .build(ingesting);
        ingest = ingesting.executeAsync("ingest");
        bed.environment().put("ARKETIC_REINDEX_PARALLELISM", "2");
        ReindexSettings filling = ReindexSettings.from(bed.environment());
        Configuration configuration = ReindexJob.configuration(filling);
        int port = Fixtures.freePort();
        configuration.set(RestOptions.PORT, port);
        configuration.set(RestOptions.BIND_PORT, String.valueOf(port));
        rest = new FlinkRest(URI.create("http://127.0.0.1:" + port));
        StreamExecutionEnvironment reindexing =
                StreamExecutionEnvironment.createLocalEnvironment(filling.parallelism(), configuration);
        ReindexJob.build(reindexing, filling);
        reindex = reindexing.executeAsync("reindex");
        List<Path> samples = samples();
        for (Path sample : samples) {
            bed.put(bed.key(sample.getFileName().toString()), Files.readAllBytes(sample));
        }
        Deadline.standard()
                .await(
                        "samples",
                        bed::ledger,
                        rows -> rows.size() == samples.size()
                                && rows.stream()
                                        .allMatch(row ->
                                                List.of("indexed", "dead").contains(row.state())));
    }

    @AfterAll
    void stop() throws Exception {
        ingest.cancel().get(60, TimeUnit.SECONDS);
        reindex.cancel().get(60, TimeUnit.SECONDS);
        bed.close();
        endpoint.close();
    }

    @Test
    void theSamePlanMakesTheSameChunksWithoutEmbeddingAny() throws Exception {
        String live = bed.chunkSet(bed.activeGeneration());
        int generation = begin(new GenerationPlan(MODEL, 1000, 200, 0.5));

        IndexGeneration ready = await(generation, GenerationState.READY);

        assertThat(bed.chunkSet(generation)).isEqualTo(live);
        assertThat(ready.chunksReused()).isEqualTo(ready.chunks()).isPositive();
        assertThat(documentsOfReaders())
                .as("each reader adds documents")
                .hasSize(2)
                .allMatch(documents -> documents > 0);
        cancel(generation);
    }

    /** Returns how many documents each reader of the reindex job has added. */
    private List<Double> documentsOfReaders() throws Exception {
        String job = "/jobs/" + reindex.getJobID();
        List<Double> counts = new ArrayList<>();
        for (JsonNode vertex : rest.get(job).path("vertices")) {
            String metrics = job + "/vertices/" + vertex.path("id").asText() + "/metrics";
            for (JsonNode metric : rest.get(metrics)) {
                String id = metric.path("id").asText();
                if (id.endsWith(".arketic.reindex.documents")) {
                    counts.add(rest.get(metrics + "?get=" + id)
                            .path(0)
                            .path("value")
                            .asDouble());
                }
            }
        }
        return counts;
    }

    @Test
    void anotherModelAndSizeAreSwitchedToAndBackWhileFilesComeAndGo() throws Exception {
        int former = bed.activeGeneration();
        int generation = begin(new GenerationPlan("all-MiniLM-L6-v2", 400, 40, 0.3));
        String during = bed.key("during.txt");
        bed.put(during, "The ferry to the northern islands leaves at dawn.");
        awaitStates(during, List.of("indexed"));
        await(generation, GenerationState.READY);
        assertThat(bed.chunkSet(generation)).contains("during.txt").isNotEqualTo(bed.chunkSet(former));

        assertThat(bed.generations().activate(bed.context(), bed.knowledgeBase(), generation))
                .isEqualTo(new Switched(generation, former));
        assertThat(bed.search("When does the ferry leave?", "all-MiniLM-L6-v2")).anySatisfy(hit -> {
            assertThat(hit.generation()).isEqualTo(generation);
            assertThat(hit.text()).contains("ferry");
        });
        String after = bed.key("after.txt");
        bed.put(after, "The lighthouse was painted red in the spring.");
        bed.remove(during);
        awaitStates(after, List.of("indexed"));
        awaitStates(during, List.of("deleted"));
        assertThat(bed.chunkSet(generation)).contains("after.txt").doesNotContain("during.txt");

        assertThat(bed.generations().rollBack(bed.context(), bed.knowledgeBase(), former))
                .isEqualTo(new Switched(former, generation));
        assertThat(bed.chunkSet(former)).contains("after.txt").doesNotContain("during.txt");
        assertThat(bed.search("What colour is the lighthouse?")).anySatisfy(hit -> {
            assertThat(hit.generation()).isEqualTo(former);
            assertThat(hit.text()).contains("lighthouse");
        });
    }

    @Test
    void anEndpointThatIsDownMidwayIsWaitedForAndTheLiveGenerationIsUntouched() throws Exception {
        String live = bed.chunkSet(bed.activeGeneration());
        endpoint.failAfter(2);
        int generation = begin(new GenerationPlan(EmbeddingEndpoint.MODEL, 1000, 200, 0.5));

        IndexGeneration waiting =
                Deadline.standard().await("problem", () -> bed.generation(generation), now -> now.problem() != null);
        assertThat(waiting.problem()).isEqualTo("EMBEDDING_UNAVAILABLE");
        assertThat(waiting.state()).isEqualTo(GenerationState.BUILDING);
        assertThat(bed.chunkSet(bed.activeGeneration())).isEqualTo(live);

        endpoint.recover();
        bed.killConnections();
        IndexGeneration ready = await(generation, GenerationState.READY);
        assertThat(ready.problem()).isNull();
        assertThat(ready.documentsDone()).isEqualTo(ready.documents());
        cancel(generation);
    }

    @Test
    void whatTheEndpointRefusesFailsTheGenerationWithItsReason() throws Exception {
        endpoint.refuse();
        int generation = begin(new GenerationPlan(EmbeddingEndpoint.MODEL, 900, 0, 0.5));

        IndexGeneration failed = await(generation, GenerationState.FAILED);

        assertThat(failed.problem()).isEqualTo("EMBEDDING_REFUSED");
        assertThat(failed.problemDetail()).contains(bed.key(""));
        endpoint.recover();
        cancel(generation);
    }

    @Test
    void aChangedPageEmbedsOnlyWhatChanged() throws Exception {
        String key = bed.key("chapters.md");
        String chapter = "Every paragraph of this chapter says that the pumps are checked weekly. ".repeat(12);
        bed.put(key, "# One\n\n" + chapter + "\n\n# Two\n\nThe second chapter. " + chapter);
        awaitStates(key, List.of("indexed"));
        long before = bed.chunkSet(bed.activeGeneration())
                .lines()
                .filter(chunk -> chunk.startsWith(key))
                .count();

        bed.put(key, "# One\n\n" + chapter + "\n\n# Two\n\nA wholly new chapter. " + chapter);
        awaitStates(key, List.of("superseded", "indexed"));

        assertThat(bed.reused(key)).isPositive().isLessThan(before);
    }

    @Test
    void aCopyAndAMoveTakeTheEmbeddingsThatAreThere() throws Exception {
        String text = "The keeper of the northern light writes down every ship that passes. ".repeat(40);
        String original = bed.key("log.txt");
        bed.put(original, text);
        awaitStates(original, List.of("indexed"));
        long chunks = bed.chunks(original);
        assertThat(bed.reused(original)).isZero();

        String copy = bed.key("copies/log.txt");
        bed.put(copy, text);
        awaitStates(copy, List.of("indexed"));
        assertThat(bed.reused(copy)).isEqualTo(chunks).isGreaterThan(1);

        bed.remove(original);
        awaitStates(original, List.of("deleted"));
        String moved = bed.key("moved/log.txt");
        bed.put(moved, text);
        awaitStates(moved, List.of("indexed"));
        bed.remove(copy);
        awaitStates(copy, List.of("deleted"));
        assertThat(bed.reused(moved)).isEqualTo(chunks);
    }

    @Test
    void whatIsMovedOrPutBackAfterItWasSeenToBeGoneIsNotEmbeddedAgain() throws Exception {
        String text = "The harbour master counts the crates before the crane is moved. ".repeat(40);
        String original = bed.key("crates.txt");
        bed.put(original, text);
        awaitStates(original, List.of("indexed"));
        long chunks = bed.chunks(original);
        assertThat(bed.reused(original)).isZero();
        bed.remove(original);
        awaitStates(original, List.of("deleted"));
        assertThat(bed.chunks(original)).isZero();

        String moved = bed.key("moved/crates.txt");
        bed.put(moved, text);
        awaitStates(moved, List.of("indexed"));
        assertThat(bed.reused(moved)).isEqualTo(chunks).isGreaterThan(1);

        bed.put(moved, "Nothing is counted any more.");
        awaitStates(moved, List.of("superseded", "indexed"));
        assertThat(bed.reused(moved)).isZero();
        bed.put(moved, text);
        awaitStates(moved, List.of("superseded", "superseded", "indexed"));
        assertThat(bed.reused(moved)).isEqualTo(chunks);
    }

    private int begin(GenerationPlan plan) throws Exception {
        return bed.generations().begin(bed.context(), bed.knowledgeBase(), plan).orElseThrow();
    }

    /** Cancels the generation and waits until its chunks are gone. */
    private void cancel(int generation) throws Exception {
        assertThat(bed.generations().cancel(bed.context(), bed.knowledgeBase(), generation))
                .isTrue();
        Deadline.standard().await("gone", () -> bed.chunkSet(generation), String::isEmpty);
    }

    private IndexGeneration await(int generation, GenerationState state) throws Exception {
        return Deadline.standard()
                .await("generation " + generation, () -> bed.generation(generation), now -> now.state() == state);
    }

    private void awaitStates(String key, List<String> states) throws Exception {
        Deadline.standard().await(key, () -> bed.states(key), states::equals);
    }

    private static StreamExecutionEnvironment environment(Configuration configuration) {
        configuration.set(RestOptions.PORT, 0);
        configuration.set(RestOptions.BIND_PORT, "0");
        return StreamExecutionEnvironment.createLocalEnvironment(2, configuration);
    }

    private static List<Path> samples() throws IOException {
        try (Stream<Path> files = Files.list(Testbed.root().resolve("infra/samples/files"))) {
            return files.filter(file -> !file.toString().endsWith(".pdf"))
                    .sorted()
                    .limit(6)
                    .toList();
        }
    }
}
