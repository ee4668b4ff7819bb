package io.arketic.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.arketic.cli.api.ApiClient;
import io.arketic.cli.terminal.CommandException;
import io.arketic.cli.terminal.Terminal;
import io.arketic.services.judged.JudgedCollection;
import io.arketic.services.judged.Measures;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationTest {

    @TempDir
    private Path directory;

    @Test
    void aRunIsReadAsItWasWritten() throws Exception {
        EvaluationRun run = run(0.4, 20);
        Path file = directory.resolve("last.json");
        run.save(file);
        assertThat(EvaluationRun.load(file)).contains(run);
        Files.writeString(file, "{\"at\": 1}");
        assertThatThrownBy(() -> EvaluationRun.load(file))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("delete it");
    }

    @Test
    void theTableTellsTheDifferenceFromTheLastRunAndWhetherItIsChance() {
        assertThat(EvaluationTable.of(run(0.5, 20), run(0.4, 20)))
                .last()
                .asString()
                .startsWith("| hybrid | 20 | 0.5000 (+0.1000, p 0.000)");
        assertThat(EvaluationTable.of(run(0.5, 20), null)).last().asString().startsWith("| hybrid | 20 | 0.5000 |");
        // A question that only one of the runs asked is compared with nothing.
        assertThat(run(0.5, 20).against(run(0.5, 3), "hybrid", Measure.NDCG_10))
                .satisfies(difference -> assertThat(difference.questions()).isEqualTo(3));
        assertThat(run(0.5, 20).against(new EvaluationRun("", Map.of()), "hybrid", Measure.MRR))
                .isNull();
    }

    @Test
    void thePlotIsXmlForEveryNameOfTheCollection() throws Exception {
        Path file = Files.writeString(
                directory.resolve("eval.svg"), EvaluationPlot.of("a<b & c", run(0.5, 2), run(0.4, 2)));
        assertThat(DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(file.toFile())
                        .getElementsByTagName("rect")
                        .getLength())
                .isEqualTo(5);
    }

    @Test
    void aRuleThatIsNoneIsRefused() {
        for (String text :
                new String[] {"", "ndcg@10", "ndcg@10 = live", "recall@100 >= live", "speed > live", ">= 1"}) {
            assertThatThrownBy(() -> ActivationRule.parse(text))
                    .as(text)
                    .isInstanceOf(CommandException.class)
                    .hasMessageContaining("ndcg@10 >= live");
        }
    }

    @Test
    void aGenerationIsAllowedByWhatItFindsOfTheJudgedDocuments() throws Exception {
        Files.createDirectory(directory.resolve("qrels"));
        Files.writeString(directory.resolve("qrels/test.tsv"), "q\td\ts\nq1\tone\t1\n");
        Files.writeString(directory.resolve("queries.jsonl"), "{\"_id\": \"q1\", \"text\": \"first\"}\n");
        JudgedCollection collection = JudgedCollection.read(directory);
        HttpServer api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        Map<String, String> answers = Map.of(
                "GET",
                "{\"items\": [{\"id\": \"A\", \"filename\": \"one.pdf\", \"file_path\": \"o/k/x/one.pdf\"},"
                        + " {\"id\": \"B\", \"filename\": \"two.pdf\", \"file_path\": \"o/k/two.pdf\"}]}",
                "POST",
                "{\"items\": [{\"live\": [\"A\", \"B\"], \"candidate\": [\"B\", \"A\"]}]}");
        api.createContext("/", exchange -> {
            new ObjectMapper().readTree(exchange.getRequestBody());
            byte[] answer =
                    answers.getOrDefault(exchange.getRequestMethod(), "").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        api.start();
        try {
            ApiClient client = ApiClient.at(
                    URI.create("http://127.0.0.1:" + api.getAddress().getPort()));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            Terminal terminal =
                    new Terminal(new PrintStream(out, true, StandardCharsets.UTF_8), false, InstantSource.system());
            for (String rule : new String[] {"mrr >= live - .5", "recall@10 >= live", "ndcg@10 > 0.6"}) {
                GenerationJudgement.require(
                        ActivationRule.parse(rule), collection, client, UUID.randomUUID(), 2, terminal);
            }
            assertThat(out.toString(StandardCharsets.UTF_8)).contains("mrr: live 1.0000, candidate 0.5000 over 1");
            for (String rule : new String[] {"ndcg@10 >= live", "mrr > live - 0.5", "recall@10 > live"}) {
                assertThatThrownBy(() -> GenerationJudgement.require(
                                ActivationRule.parse(rule), collection, client, UUID.randomUUID(), 2, terminal))
                        .as(rule)
                        .isInstanceOf(CommandException.class)
                        .hasMessageContaining("generation 2 is not activated");
            }
        } finally {
            api.stop(0);
        }
    }

    private static EvaluationRun run(double value, int questions) {
        Map<String, Measures> measures = new LinkedHashMap<>();
        for (int i = 0; i < questions; i++) {
            measures.put("q" + i, new Measures(value, value, value, value));
        }
        return new EvaluationRun("2026-11-29T00:00:00Z", Map.of("hybrid", measures));
    }
}
