package io.arketic.cli;

import io.arketic.schema.DatabaseSettings;
import io.arketic.schema.SchemaMigrator;
import io.arketic.services.DatabaseAccess;
import io.arketic.services.LocalStack;
import io.arketic.services.StackSettings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** Brings the services of a fresh stack to what the product expects. */
final class StackSteps implements LocalStack.Steps {

    /** Of the event topic: objects that can be worked on in order side by side, on one machine. */
    private static final int PARTITIONS = 4;

    private static final List<String> TOPICS = List.of("arketic.object-events", "arketic.dead-letters");

    private final Terminal terminal;

    StackSteps(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void prepareDatabase(StackSettings settings) {
        DatabaseAccess owner = settings.owner();
        int applied = new SchemaMigrator(
                        new DatabaseSettings(owner.url(), owner.user(), owner.password(), 2),
                        settings.application().password())
                .migrate();
        terminal.line("  schema           " + (applied == 0 ? "up to date" : applied + " migrations applied"));
    }

    @Override
    public void prepareStorage(StackSettings settings) throws Exception {
        Map<String, String> environment = settings.productEnvironment();
        try (Admin admin = Admin.create(Map.of(
                "bootstrap.servers",
                environment.get("ARKETIC_KAFKA_BOOTSTRAP_SERVERS"),
                "request.timeout.ms",
                15_000))) {
            Set<String> known = admin.listTopics().names().get();
            List<NewTopic> absent = TOPICS.stream()
                    .filter(topic -> !known.contains(topic))
                    .map(topic -> new NewTopic(topic, PARTITIONS, (short) 1))
                    .toList();
            admin.createTopics(absent).all().get();
        }
        try (Bucket bucket = Bucket.of(settings)) {
            bucket.ensure();
        }
    }
}
