package io.arketic.cli.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import io.arketic.cli.api.DemoUser;
import io.arketic.cli.api.KnowledgeBase;
import io.arketic.cli.stack.Stack;
import io.arketic.cli.terminal.CommandException;
import io.arketic.cli.terminal.Terminal;
import io.arketic.services.judged.JudgedCollection;
import io.arketic.services.judged.Measures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures the search of a knowledge base on a judged collection. */
@Command(
        name = "eval",
        mixinStandardHelpOptions = true,
        description = {
            "Asks a knowledge base the questions of a judged collection (BEIR layout) in each mode, and prints nDCG@10,"
                    + " recall@10, recall@100 and MRR of its documents, each with the difference from the last run and"
                    + " the p of a randomisation test.",
            "Writes the run, the table (eval.md) and a plot (eval.svg). Without --kb, the corpus is dropped into a"
                    + " knowledge base of its own, which later runs use again."
        })
public final class EvalCommand implements Callable<Integer> {

    private static final int HITS = 100;

    @Parameters(paramLabel = "DIR", description = "With queries.jsonl, qrels/test.tsv and corpus.jsonl.")
    private Path directory = Path.of(".");

    @Option(
            names = "--kb",
            paramLabel = "ID",
            description =
                    "A knowledge base with the documents; a file is known by the document's id as its path or name.")
    private @Nullable UUID knowledgeBase;

    @Option(names = "--mode", description = "hybrid, vector or text; may be repeated (default: all).")
    private List<String> modes = List.of("text", "vector", "hybrid");

    @Option(names = "--questions", paramLabel = "N", description = "Ask only the first N.")
    private int questions = Integer.MAX_VALUE;

    @Option(names = "--out", paramLabel = "DIR", description = "Where runs are kept (default: below .arketic/eval).")
    private @Nullable Path out;

    @Option(
            names = "--timeout",
            defaultValue = "7200",
            paramLabel = "SECONDS",
            description = "For the ingest (default: ${DEFAULT-VALUE}).")
    private int timeoutSeconds;

    @Override
    public Integer call() throws IOException, SQLException, InterruptedException {
        if (!List.of("hybrid", "vector", "text").containsAll(modes)) {
            throw CommandException.unusable("--mode must be hybrid, vector or text");
        }
        JudgedCollection collection = JudgedCollection.read(directory);
        if (collection.questions().isEmpty() || questions < 1) {
            throw CommandException.unusable("there is no question with a judgement to ask");
        }
        String name = directory.toAbsolutePath().normalize().getFileName().toString();
        Stack stack = Stack.current();
        DemoUser user = DemoUser.signIn(stack.checkout(), stack.api());
        Terminal terminal = Terminal.system();
        UUID base = knowledgeBase != null
                ? KnowledgeBase.find(user, knowledgeBase).id()
                : EvaluationBase.holding(collection, name, stack, user, terminal, Duration.ofSeconds(timeoutSeconds));
        JudgedDocuments documents = JudgedDocuments.of(user.api(), base, collection);
        if (documents.known() == 0) {
            throw CommandException.failed("the knowledge base holds no document of the collection");
        }
        EvaluationRun run = ask(stack, base, collection, documents, terminal);
        report(run, name, out == null ? stack.checkout().evaluations().resolve(name + "-" + base) : out, terminal);
        return 0;
    }

    private EvaluationRun ask(
            Stack stack, UUID base, JudgedCollection collection, JudgedDocuments documents, Terminal terminal)
            throws IOException, InterruptedException {
        List<Map.Entry<String, String>> asked =
                collection.questions().entrySet().stream().limit(questions).toList();
        Searches searches = new Searches(stack, base);
        Map<String, Map<String, Measures>> measured = new LinkedHashMap<>();
        for (String mode : modes) {
            Map<String, Measures> of = new LinkedHashMap<>();
            for (Map.Entry<String, String> question : asked) {
                JsonNode hits = searches.find(question.getValue(), mode, HITS);
                List<String> ranking = documents.ranking(
                        StreamSupport.stream(hits.spliterator(), false).flatMap(EvalCommand::documents));
                of.put(question.getKey(), collection.measure(question.getKey(), ranking));
                terminal.progress("  " + mode + " " + of.size() + "/" + asked.size());
            }
            measured.put(mode, of);
        }
        return new EvaluationRun(Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(), measured);
    }

    /** A hit stands for the documents of its copies, too. */
    private static Stream<String> documents(JsonNode hit) {
        return Stream.concat(
                        Stream.of(hit), StreamSupport.stream(hit.path("copies").spliterator(), false))
                .map(found -> found.path("document_id").asText());
    }

    private static void report(EvaluationRun run, String name, Path folder, Terminal terminal) throws IOException {
        Files.createDirectories(folder);
        Path last = folder.resolve("last.json");
        EvaluationRun earlier = EvaluationRun.load(last).orElse(null);
        List<String> table = EvaluationTable.of(run, earlier);
        table.forEach(terminal::line);
        if (earlier != null) {
            terminal.line("In brackets: the difference from the run of " + earlier.at() + ".");
        }
        Files.write(folder.resolve("eval.md"), table);
        Files.writeString(folder.resolve("eval.svg"), EvaluationPlot.of(name + ", " + run.at(), run, earlier));
        run.save(folder.resolve("run-" + run.at().replace(":", "") + ".json"));
        run.save(last);
        terminal.line("Table and plot: " + folder);
    }
}
