package io.arketic.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.arketic.services.judged.JudgedCollection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures whether questions are answered right, and unanswerable ones refused: one costs the other. */
@Command(
        name = "answers",
        mixinStandardHelpOptions = true,
        description =
                "Share of answerable questions whose cited answer holds a known answer, and of unanswerable ones that"
                        + " are refused, of a collection with both, each document dropped as one text file. Needs the stack up.")
final class AnswersBenchmark implements Callable<Integer> {

    private static final int SEED = 1;

    /** Holds a question and the alternatives for its answer; none if it must be refused. */
    private record Asked(String text, List<String> answers) {}

    @Mixin
    private final Stack stack = new Stack();

    @Parameters(
            description = "directory with corpus.jsonl, queries.jsonl (metadata.answers), unanswerable.jsonl and"
                    + " qrels/test.tsv")
    private Path directory = Path.of(".");

    @Option(names = "--questions", defaultValue = "200", description = "of each kind; ${DEFAULT-VALUE}")
    private int questions;

    @Option(
            names = "--right",
            defaultValue = "0.7",
            description = "share answered right that is wanted; ${DEFAULT-VALUE}")
    private double leastRight;

    @Option(names = "--refused", defaultValue = "0.3", description = "share refused that is wanted; ${DEFAULT-VALUE}")
    private double leastRefused;

    @Option(names = "--patience", defaultValue = "PT2H", description = "for ingesting; ${DEFAULT-VALUE}")
    private Duration patience = Duration.ZERO;

    @Override
    public Integer call() throws Exception {
        Workspace workspace = stack.workspace("answers", 2000, 200);
        stack.drop(workspace, JudgedCollection.read(directory), patience);
        List<Asked> answerable = sample("queries.jsonl");
        List<Asked> unanswerable = sample("unanswerable.jsonl");
        int answered = 0;
        int right = 0;
        for (Asked question : answerable) {
            JsonNode answer = ask(workspace, question);
            answered += answer.path("citations").isEmpty() ? 0 : 1;
            right += holdsOneOf(answer, question.answers()) ? 1 : 0;
        }
        int refused = 0;
        for (Asked question : unanswerable) {
            refused += ask(workspace, question).path("citations").isEmpty() ? 1 : 0;
        }
        double rightShare = right / (double) answerable.size();
        double refusedShare = refused / (double) unanswerable.size();
        return Verdict.of(
                rightShare >= leastRight && refusedShare >= leastRefused,
                "answers: %s %.3f answered right (at least %.2f), %.3f answered, of %d answerable; %.3f refused (at least"
                        + " %.2f) of %d unanswerable",
                directory.getFileName(),
                rightShare,
                leastRight,
                answered / (double) answerable.size(),
                answerable.size(),
                refusedShare,
                leastRefused,
                unanswerable.size());
    }

    /** Selects the same questions at each run. */
    private List<Asked> sample(String file) throws IOException {
        List<Asked> all = new ArrayList<>();
        for (JsonNode line : JudgedCollection.lines(directory.resolve(file))) {
            List<String> answers = new ArrayList<>();
            line.path("metadata").path("answers").forEach(answer -> answers.add(answer.asText()));
            all.add(new Asked(line.path("text").asText(), answers));
        }
        Collections.shuffle(all, new Random(SEED));
        return all.subList(0, Math.min(questions, all.size()));
    }

    /** Asks each question in a separate chat, because an earlier question would be context. */
    private static JsonNode ask(Workspace workspace, Asked question) throws IOException, InterruptedException {
        ApiClient client = workspace.client();
        ObjectNode chat = client.object().put("title", "Benchmark");
        ArrayNode bases = chat.putArray("knowledge_base_ids");
        bases.add(workspace.knowledgeBase().toString());
        String id = client.post("/organizations/" + workspace.organization() + "/chats", chat)
                .get("id")
                .asText();
        return client.postWithinLimits(
                "/chats/" + id + "/messages", client.object().put("content", question.text()));
    }

    private static boolean holdsOneOf(JsonNode answer, List<String> answers) {
        String content = answer.path("content").asText().toLowerCase(Locale.ROOT);
        return !answer.path("citations").isEmpty()
                && answers.stream().anyMatch(known -> content.contains(known.toLowerCase(Locale.ROOT)));
    }
}
