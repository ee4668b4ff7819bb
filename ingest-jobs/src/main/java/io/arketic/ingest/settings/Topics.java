package io.arketic.ingest.settings;

import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/** Creates the topics that the job reads and writes. */
public final class Topics {

    private static final int EVENT_PARTITIONS = 8;

    private Topics() {}

    /** Creates missing topics, with the broker's own replication. */
    public static void create(KafkaSettings kafka) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(new HashMap<>(kafka.client()))) {
            create(admin, new NewTopic(IngestSettings.EVENTS_TOPIC, Optional.of(EVENT_PARTITIONS), Optional.empty()));
            create(admin, new NewTopic(IngestSettings.DEAD_LETTERS_TOPIC, Optional.of(1), Optional.empty()));
        }
    }

    private static void create(Admin admin, NewTopic topic) throws ExecutionException, InterruptedException {
        try {
            admin.createTopics(List.of(topic)).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }
}
