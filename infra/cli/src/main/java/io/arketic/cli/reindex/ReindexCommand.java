package io.arketic.cli.reindex;

import com.fasterxml.jackson.databind.JsonNode;
import io.arketic.cli.api.ApiClient;
import io.arketic.cli.api.ApiException;
import io.arketic.cli.api.DemoUser;
import io.arketic.cli.evaluate.ActivationRule;
import io.arketic.cli.evaluate.GenerationJudgement;
import io.arketic.cli.file.DeadFiles;
import io.arketic.cli.stack.Stack;
import io.arketic.cli.terminal.CommandException;
import io.arketic.cli.terminal.Terminal;
import io.arketic.services.judged.JudgedCollection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Builds another generation of an index, and switches to it. */
@Command(
        name = "reindex",
        mixinStandardHelpOptions = true,
        description = {
            "Builds another generation of a knowledge base's index beside the live one, and shows how far it is. Searches go"
                    + " on reading the live one until --activate; --rollback goes back to it.",
            "A generation that was begun and is not activated yet is watched again. Ctrl-C ends the watching, not the"
                    + " building."
        })
public final class ReindexCommand implements Callable<Integer> {

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration LAST_DOCUMENTS = Duration.ofMinutes(2);

    @Option(names = "--kb", paramLabel = "ID", description = "The knowledge base (default: that of the demo).")
    private @Nullable UUID knowledgeBase;

    @Option(
            names = "--model",
            paramLabel = "M",
            description = "Embedding model (default: that of the live generation).")
    private @Nullable String model;

    @Option(names = "--chunk-size", paramLabel = "N", description = "In characters (default: as it is).")
    private @Nullable Integer chunkSize;

    @Option(names = "--chunk-overlap", paramLabel = "N", description = "In characters (default: as it is).")
    private @Nullable Integer chunkOverlap;

    @Option(
            names = "--extract",
            description =
                    "Read the files again first, with the parsers of this version, as ledger --reextract does (default: their stored"
                            + " text is cut).")
    private boolean extract;

    @Option(
            names = "--judged",
            paramLabel = "DIR",
            description = "Judged questions in BEIR layout, for --activate-if; documents as eval --kb knows them.")
    private @Nullable Path judged;

    @ArgGroup
    private Ending ending = new Ending();

    /** Holds the options for what follows the build. */
    static final class Ending {

        @Option(names = "--activate", description = "Activate the new generation as soon as it is complete.")
        private boolean activate;

        @Option(
                names = "--activate-if",
                paramLabel = "RULE",
                description =
                        "Search it where it reaches this on the questions of --judged, such as \"ndcg@10 >= live\";"
                                + " else end with 1.")
        private @Nullable String rule;

        @Option(
                names = "--rollback",
                paramLabel = "GENERATION",
                description = "Only go back to this former generation.")
        private @Nullable Integer rollback;

        @Option(names = "--cancel", description = "Only cancel the generation that was begun.")
        private boolean cancel;

        @Option(names = "--prune", description = "Only remove the former generation.")
        private boolean prune;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Activation activation = activation();
        Stack stack = Stack.current();
        DemoUser user = DemoUser.signIn(stack.checkout(), stack.api());
        UUID base = knowledgeBase == null ? user.knowledgeBase() : knowledgeBase;
        var terminal = Terminal.system();
        var generations = new Generations(user.api(), base);
        Integer wanted = ending.rollback;
        if (wanted != null) {
            terminal.line(
                    "Searching generation " + number(switchPatiently(() -> generations.rollBack(wanted))) + " again.");
        } else if (ending.cancel) {
            terminal.line("Gave up generation " + generations.end("cancel", "building", "ready", "failed") + ".");
        } else if (ending.prune) {
            terminal.line("Removing generation " + generations.end("prune", "retired") + ".");
        } else {
            if (extract) {
                new DeadFiles(user.api(), base).reextract(terminal, Instant.now(), null);
            }
            int generation = build(generations, terminal);
            if (activation != null) {
                // Building may take longer than a token's lifetime.
                ApiClient api = DemoUser.signIn(stack.checkout(), stack.api()).api();
                GenerationJudgement.require(activation.rule(), activation.judged(), api, base, generation, terminal);
                activate(new Generations(api, base), generation, terminal);
            } else if (ending.activate) {
                activate(generations, generation, terminal);
            }
        }
        return 0;
    }

    private record Activation(ActivationRule rule, JudgedCollection judged) {}

    /** Reads the rule before the build, so that a mistake costs no time; null without a rule. */
    private @Nullable Activation activation() throws IOException {
        if (ending.rule == null && judged == null) {
            return null;
        }
        if (ending.rule == null || judged == null) {
            throw CommandException.unusable("--activate-if and --judged belong together");
        }
        return new Activation(ActivationRule.parse(ending.rule), JudgedCollection.read(judged));
    }

    private int build(Generations generations, Terminal terminal) throws IOException, InterruptedException {
        int generation = number(generations.begunOr(plan()));
        Instant began = Instant.now();
        JsonNode now = generations.get(generation);
        while (now.path("state").asText().equals("building")) {
            terminal.progress(GenerationProgress.describe(now));
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
            now = generations.get(generation);
        }
        terminal.finishProgress(GenerationProgress.describe(now));
        if (now.path("state").asText().equals("failed")) {
            throw CommandException.failed("generation " + generation + " failed: "
                    + now.path("problem").asText() + ", " + now.path("detail").asText() + " "
                    + now.path("advice").asText());
        }
        Duration took = Duration.between(began, Instant.now());
        terminal.line("Generation " + generation + " is " + now.path("state").asText() + " after "
                + Terminal.duration(took) + ".");
        return generation;
    }

    private static void activate(Generations generations, int generation, Terminal terminal)
            throws IOException, InterruptedException {
        int former = generations.active();
        switchPatiently(() -> generations.activate(generation));
        terminal.line("Searching generation " + generation + ". Back: infra/arketic reindex --rollback " + former);
    }

    private Map<String, Object> plan() {
        Map<String, Object> plan = new LinkedHashMap<>();
        if (model != null) {
            plan.put("embedding_model", model);
        }
        if (chunkSize != null) {
            plan.put("chunk_size", chunkSize);
        }
        if (chunkOverlap != null) {
            plan.put("chunk_overlap", chunkOverlap);
        }
        return plan;
    }

    /** Switches, and repeats while new documents are not yet in the other generation. */
    private static JsonNode switchPatiently(Switch wish) throws IOException, InterruptedException {
        Instant deadline = Instant.now().plus(LAST_DOCUMENTS);
        while (true) {
            try {
                return wish.make();
            } catch (ApiException e) {
                if (e.status() != 409
                        || !String.valueOf(e.getMessage()).contains("lacks")
                        || Instant.now().isAfter(deadline)) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
            }
        }
    }

    private interface Switch {
        JsonNode make() throws IOException, InterruptedException;
    }

    private static int number(JsonNode generation) {
        return generation.path("generation").asInt();
    }
}
