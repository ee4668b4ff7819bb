package io.arketic.cli.stack;

import io.arketic.cli.terminal.Terminal;
import io.arketic.schema.migration.RolePasswords;
import io.arketic.schema.migration.SchemaMigrator;
import io.arketic.schema.tenancy.DatabaseSettings;
import io.arketic.services.DatabaseAccess;
import io.arketic.services.LocalStack;
import io.arketic.services.StackSettings;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** Prepares the services of a fresh stack for the product. */
final class StackSteps implements LocalStack.Steps {

    /** Lists the topics as the ingest job would create them; the API writes to them before the first job runs. */
    private static final List<NewTopic> TOPICS = List.of(
            new NewTopic("arketic.object-events", 8, (short) 1), new NewTopic("arketic.dead-letters", 1, (short) 1));

    private final IngestJobs jobs;
    private final Terminal terminal;
    private final StackProgress progress;

    StackSteps(IngestJobs jobs, Terminal terminal, StackProgress progress) {
        this.jobs = jobs;
        this.terminal = terminal;
        this.progress = progress;
    }

    @Override
    public void prepareDatabase(StackSettings settings) {
        DatabaseAccess owner = settings.owner();
        int applied = new SchemaMigrator(
                        new DatabaseSettings(owner.url(), owner.user(), owner.password(), 2), passwords(settings))
                .migrate();
        terminal.line("  schema           " + (applied == 0 ? "up to date" : applied + " migrations applied"));
    }

    static RolePasswords passwords(StackSettings settings) {
        return new RolePasswords(
                settings.application().password(),
                settings.ingest().password(),
                settings.maintenance().password());
    }

    @Override
    public void prepareStorage(StackSettings settings) throws Exception {
        Map<String, Object> client = new HashMap<>(settings.kafkaClient());
        client.put("request.timeout.ms", 15_000);
        try (Admin admin = Admin.create(client)) {
            Set<String> known = admin.listTopics().names().get();
            List<NewTopic> absent = TOPICS.stream()
                    .filter(topic -> !known.contains(topic.name()))
                    .toList();
            admin.createTopics(absent).all().get();
        }
        try (Bucket bucket = Bucket.of(settings)) {
            bucket.ensure();
        }
    }

    @Override
    public void startJobs(StackSettings settings) throws IOException, InterruptedException {
        start("ingest job", jobs.ingest());
        start("reindex job", jobs.reindex());
    }

    private void start(String name, StreamingJob job) throws IOException, InterruptedException {
        Instant began = Instant.now();
        terminal.progress("  " + name + " starts");
        boolean submitted = job.ensure();
        progress.serving(name, submitted ? Duration.between(began, Instant.now()) : Duration.ZERO);
    }
}
