package io.arketic.benchmarks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how fast workflows start and run, and what those cost that wait. */
@Command(
        name = "workflows",
        mixinStandardHelpOptions = true,
        description =
                "From the start of a run to its first step, p50 at most 100 ms; steps that do nothing, at least 1,000 a"
                        + " second in all; 10,000 waiting runs, no further thread and less than 1 % of a core; 1,000 workflows due at"
                        + " the same second, each started less than 1 s late (p99). Beside it, db-scheduler alone on the same"
                        + " database. The API is its own process over services of its own.")
final class WorkflowsBenchmark implements Callable<Integer> {

    private static final double FIRST_STEP_BOUND = 100;
    private static final double STEPS_BOUND = 1000;
    private static final double CORE_BOUND = 0.01;
    private static final double LATE_BOUND = 1000;
    private static final int CLIENTS = 4;
    private static final int WATCHED_SECONDS = 30;
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final String EVERY_RUN_ENDED =
            "select count(*) from workflow_executions where completed_at is null and workflow_id = '%s'";

    @Mixin
    private final Checkout checkout = new Checkout();

    @Option(names = "--starts", defaultValue = "300", description = "runs, one after the other; ${DEFAULT-VALUE}")
    private int starts;

    @Option(names = "--runs", defaultValue = "600", description = "runs at once; ${DEFAULT-VALUE}")
    private int runs;

    @Option(names = "--steps", defaultValue = "20", description = "of each of these runs; ${DEFAULT-VALUE}")
    private int steps;

    @Option(names = "--waiting", defaultValue = "10000", description = "runs that wait; ${DEFAULT-VALUE}")
    private int waiting;

    @Option(names = "--due", defaultValue = "1000", description = "workflows due at the same second; ${DEFAULT-VALUE}")
    private int due;

    @Override
    public Integer call() throws Exception {
        try (OwnApi api = OwnApi.start(checkout.root(), "512m", Map.of("arketic.workflow.steps-per-day", "10000000"))) {
            ApiClient client = new ApiClient(api.address());
            client.register(
                    "bench-" + UUID.randomUUID() + "@bench.invalid",
                    UUID.randomUUID().toString());
            String organization = organization(client);
            Sample firstStep = firstSteps(api, client, organization);
            double stepsASecond = stepsASecond(api, client, organization);
            SchedulerAlone alone = SchedulerAlone.measure(api, due);
            Sample late = late(api, client, organization);
            Waiting waits = waiting(api, client, organization);
            return Verdict.of(
                    firstStep.median() <= FIRST_STEP_BOUND
                            && stepsASecond >= STEPS_BOUND
                            && waits.threads() <= 0
                            && waits.cores() < CORE_BOUND
                            && late.quantile(0.99) < LATE_BOUND,
                    "workflows: start to first step p50 %.1f ms p95 %.1f ms (at most %.0f); %.0f steps/s (at least %.0f), %.2f of"
                            + " db-scheduler's tasks/s alone (%.0f); %d waiting runs: %d further threads, %.4f of a core (less"
                            + " than %.2f); %d due at once: p99 %.0f ms late (less than %.0f), %.2f × db-scheduler alone (%.0f ms)",
                    firstStep.median(),
                    firstStep.quantile(0.95),
                    FIRST_STEP_BOUND,
                    stepsASecond,
                    STEPS_BOUND,
                    stepsASecond / alone.tasksASecond(),
                    alone.tasksASecond(),
                    waiting,
                    waits.threads(),
                    waits.cores(),
                    CORE_BOUND,
                    late.size(),
                    late.quantile(0.99),
                    LATE_BOUND,
                    late.quantile(0.99) / alone.late().quantile(0.99),
                    alone.late().quantile(0.99));
        }
    }

    /** Milliseconds from the commit that starts a run to that in which its first step begins, by the database's clock. */
    private Sample firstSteps(OwnApi api, ApiClient client, String organization)
            throws IOException, InterruptedException, SQLException {
        String workflow = workflow(client, organization, "first", definition(client, "manual", null, noOps(client, 1)));
        for (int run = 0; run < starts; run++) {
            start(client, workflow);
            await(api, EVERY_RUN_ENDED.formatted(workflow), 0);
        }
        Sample sample = new Sample();
        api.numbers("""
                select extract(epoch from s.started_at - e.created_at) * 1000
                from workflow_executions e join workflow_step_runs s on s.execution_id = e.id
                where e.workflow_id = '%s' order by e.id offset %d""".formatted(workflow, starts / 10)).forEach(sample::add);
        Verdict.say("start to first step: p50 %.1f ms of %d", sample.median(), sample.size());
        return sample;
    }

    private double stepsASecond(OwnApi api, ApiClient client, String organization) throws Exception {
        String workflow =
                workflow(client, organization, "no-ops", definition(client, "manual", null, noOps(client, steps)));
        startAll(client, workflow, runs / 10);
        await(api, EVERY_RUN_ENDED.formatted(workflow), 0);
        long begin = System.nanoTime();
        startAll(client, workflow, runs);
        await(api, EVERY_RUN_ENDED.formatted(workflow), 0);
        double figure = (double) runs * steps / ((System.nanoTime() - begin) / 1e9);
        Verdict.say("%d runs of %d steps: %.0f steps/s", runs, steps, figure);
        return figure;
    }

    /** Milliseconds from the time of a schedule to the row of its run. */
    private Sample late(OwnApi api, ApiClient client, String organization) throws Exception {
        Instant time = Instant.now().truncatedTo(ChronoUnit.MINUTES).plus(Duration.ofMinutes(2 + due / 400));
        var at = time.atZone(ZoneOffset.UTC);
        String cron = "%d %d * * *".formatted(at.getMinute(), at.getHour());
        for (int number = 0; number < due; number++) {
            String workflow =
                    workflow(client, organization, "due", definition(client, "schedule", cron, noOps(client, 1)));
            client.post("/workflows/" + workflow + "/activate", client.object());
        }
        if (Instant.now().isAfter(time)) {
            throw new IOException("making the workflows took too long; take fewer: --due");
        }
        String started = "select count(*) from workflow_executions where trigger_data ->> 'due_at' = '" + time + "'";
        await(api, started, due);
        Sample sample = new Sample();
        api.numbers("""
                select extract(epoch from v.occurred_at - '%1$s'::timestamptz) * 1000
                from workflow_executions e join workflow_events v on v.execution_id = e.id and v.number = 1
                where e.trigger_data ->> 'due_at' = '%1$s'""".formatted(time)).forEach(sample::add);
        Verdict.say("%d due at once: late p50 %.0f ms, p99 %.0f ms", due, sample.median(), sample.quantile(0.99));
        return sample;
    }

    private record Waiting(long threads, double cores) {}

    /** Threads and cores of the API and of its connections' processes at the database, above those with nothing to do. */
    private Waiting waiting(OwnApi api, ApiClient client, String organization) throws Exception {
        double before = cores(api);
        long threads = api.threads();
        ObjectNode step = client.object().put("id", "wait").put("type", "delay");
        step.putObject("config").put("seconds", 36_000);
        String workflow = workflow(
                client,
                organization,
                "waits",
                definition(client, "manual", null, client.object().arrayNode().add(step)));
        startAll(client, workflow, waiting);
        await(api, "select count(*) from workflow_executions where status = 'waiting'", waiting);
        TimeUnit.SECONDS.sleep(WATCHED_SECONDS);
        double with = cores(api);
        Verdict.say(
                "%d waiting runs: %.4f of a core, %.4f without; %d threads, %d without",
                waiting, with, before, api.threads(), threads);
        return new Waiting(api.threads() - threads, Math.max(0, with - before));
    }

    private static double cores(OwnApi api) throws IOException, InterruptedException, SQLException {
        double begin = api.processorSeconds();
        long start = System.nanoTime();
        TimeUnit.SECONDS.sleep(WATCHED_SECONDS);
        return (api.processorSeconds() - begin) / ((System.nanoTime() - start) / 1e9);
    }

    private static void startAll(ApiClient client, String workflow, int count) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<?>> calls = new ArrayList<>();
            for (int number = 0; number < CLIENTS; number++) {
                int mine = count / CLIENTS + (number < count % CLIENTS ? 1 : 0);
                ApiClient own = client.another();
                calls.add(threads.submit(() -> {
                    for (int run = 0; run < mine; run++) {
                        start(own, workflow);
                    }
                    return null;
                }));
            }
            for (Future<?> call : calls) {
                call.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static void start(ApiClient client, String workflow) throws IOException, InterruptedException {
        ObjectNode body = client.object();
        body.putObject("input");
        client.postWithinLimits("/workflows/" + workflow + "/executions", body);
    }

    private static void await(OwnApi api, String count, long wanted)
            throws IOException, InterruptedException, SQLException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (api.numbers(count).get(0) != wanted) {
            if (System.nanoTime() > deadline) {
                throw new IOException(api.numbers(count) + " instead of " + wanted + ": " + count);
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static String organization(ApiClient client) throws IOException {
        String name = "bench-" + UUID.randomUUID().toString().substring(0, 8);
        return client.post("/organizations", client.object().put("name", name).put("slug", name))
                .get("id")
                .asText();
    }

    private static String workflow(ApiClient client, String organization, String name, ObjectNode definition)
            throws IOException, InterruptedException {
        ObjectNode body = client.object().put("name", name);
        body.set("definition", definition);
        return client.postWithinLimits("/organizations/" + organization + "/workflows", body)
                .get("id")
                .asText();
    }

    private static ObjectNode definition(ApiClient client, String trigger, @Nullable String cron, ArrayNode steps) {
        ObjectNode definition = client.object();
        ObjectNode starts = definition.putObject("trigger").put("type", trigger);
        if (cron != null) {
            starts.put("cron", cron);
        }
        definition.set("steps", steps);
        return definition;
    }

    /** Returns a chain of steps that do nothing. */
    private static ArrayNode noOps(ApiClient client, int count) {
        ArrayNode steps = client.object().arrayNode();
        for (int number = 0; number < count; number++) {
            ObjectNode step = steps.addObject().put("id", "s" + number).put("type", "transform");
            step.putObject("config").put("output", number);
            if (number > 0) {
                step.putArray("depends_on").add("s" + (number - 1));
            }
        }
        return steps;
    }
}
