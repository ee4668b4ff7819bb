package io.arketic.cli.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import io.arketic.cli.api.ApiClient;
import io.arketic.cli.terminal.CommandException;
import io.arketic.cli.terminal.Terminal;
import io.arketic.services.judged.JudgedCollection;
import io.arketic.services.judged.Measures;
import io.arketic.services.judged.PairedTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Measures the live generation and another one on the same judged questions. */
public final class GenerationJudgement {

    /** Limits the questions of one request: each is asked twice, and the API has a time limit. */
    private static final int AT_ONCE = 20;

    private final List<Measures> live = new ArrayList<>();
    private final List<Measures> candidate = new ArrayList<>();

    private GenerationJudgement() {}

    /** Ends the command if the rule does not allow the generation. */
    public static void require(
            ActivationRule rule,
            JudgedCollection collection,
            ApiClient api,
            UUID knowledgeBase,
            int generation,
            Terminal terminal)
            throws IOException, InterruptedException {
        GenerationJudgement judgement = of(collection, api, knowledgeBase, generation, terminal);
        terminal.line(rule.describe(judgement));
        if (!rule.allows(judgement)) {
            throw CommandException.failed(
                    "generation " + generation + " is not activated: it does not reach what --activate-if asks for");
        }
    }

    private static GenerationJudgement of(
            JudgedCollection collection, ApiClient api, UUID knowledgeBase, int generation, Terminal terminal)
            throws IOException, InterruptedException {
        JudgedDocuments documents = JudgedDocuments.of(api, knowledgeBase, collection);
        if (collection.questions().isEmpty() || documents.known() == 0) {
            throw CommandException.failed(
                    "the knowledge base holds no document of the collection, so nothing is measured");
        }
        GenerationJudgement judgement = new GenerationJudgement();
        List<Map.Entry<String, String>> questions =
                List.copyOf(collection.questions().entrySet());
        for (int from = 0; from < questions.size(); from += AT_ONCE) {
            List<Map.Entry<String, String>> asked = questions.subList(from, Math.min(questions.size(), from + AT_ONCE));
            JsonNode items = api.post(
                            "knowledge-bases/" + knowledgeBase + "/reindex/compare",
                            Map.of(
                                    "generation",
                                    generation,
                                    "queries",
                                    asked.stream()
                                            .map(question -> Map.of("query", question.getValue()))
                                            .toList()))
                    .path("items");
            for (int i = 0; i < asked.size(); i++) {
                String question = asked.get(i).getKey();
                JsonNode found = items.path(i);
                judgement.live.add(collection.measure(question, documents.ranking(texts(found.path("live")))));
                judgement.candidate.add(
                        collection.measure(question, documents.ranking(texts(found.path("candidate")))));
            }
            terminal.progress("  compared " + judgement.live.size() + "/" + questions.size());
        }
        return judgement;
    }

    private static Stream<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText);
    }

    Measures live() {
        return Measures.average(live);
    }

    Measures candidate() {
        return Measures.average(candidate);
    }

    int questions() {
        return live.size();
    }

    double p(Measure measure) {
        return PairedTest.p(
                live.stream().mapToDouble(measure::of).toArray(),
                candidate.stream().mapToDouble(measure::of).toArray());
    }
}
