package io.arketic.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.ingest.deadletter.DeadLetter;
import io.arketic.ingest.event.Notification;
import io.arketic.ingest.event.ObjectEvent;
import io.arketic.ingest.event.ObjectEvent.Kind;
import io.arketic.ingest.object.IngestOutcome;
import io.arketic.ingest.object.IngestOutcome.End;
import io.arketic.ingest.reindex.ReindexOutcome;
import java.time.Instant;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

/** Tests that each type that crosses an operator's edge has a serialiser and survives it unchanged. */
class EdgeTypesTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00.123456789Z");

    @Test
    void objectEvent() throws Exception {
        ObjectEvent created = new ObjectEvent("knowledge", "acme/ü\u0000", Kind.CREATED, "e", 5, NOW);
        ObjectEvent removed = new ObjectEvent("knowledge", "a", Kind.REMOVED, null, 0, NOW);

        assertThat(throughEdge(created, ObjectEvent.class)).isEqualTo(created);
        assertThat(throughEdge(removed, ObjectEvent.class)).isEqualTo(removed);
    }

    @Test
    void notification() throws Exception {
        Notification message = new Notification("topic", 3, 1L << 40, new byte[] {0, -1, 127});

        assertThat(throughEdge(message, Notification.class))
                .usingRecursiveComparison()
                .isEqualTo(message);
        assertThat(throughEdge(new Notification("topic", 0, 0, null), Notification.class)
                        .value())
                .isNull();
    }

    @Test
    void deadLetter() throws Exception {
        Notification message = new Notification("topic", 3, 7, new byte[] {1});
        DeadLetter malformed = new DeadLetter(null, null, null, DeadLetter.MALFORMED_EVENT, "not JSON", NOW, message);
        DeadLetter object = new DeadLetter("b", "k", "e", "ENCRYPTED", "a password is needed", NOW, null);

        assertThat(throughEdge(malformed, DeadLetter.class))
                .usingRecursiveComparison()
                .isEqualTo(malformed);
        assertThat(throughEdge(object, DeadLetter.class)).isEqualTo(object);
    }

    @Test
    void ingestOutcome() throws Exception {
        IngestOutcome outcome =
                new IngestOutcome("b", "k", End.DEAD, "CORRUPT", 1, 2, 3, 4, "A,B", 5, 6, 7, 8, 9, 10, 11);

        assertThat(throughEdge(outcome, IngestOutcome.class)).isEqualTo(outcome);
    }

    @Test
    void reindexOutcome() throws Exception {
        ReindexOutcome outcome = new ReindexOutcome("d", 2, ReindexOutcome.End.PAUSED, 1, 2, 3);

        assertThat(throughEdge(outcome, ReindexOutcome.class)).isEqualTo(outcome);
    }

    private static <T> T throughEdge(T value, Class<T> type) throws Exception {
        SerializerConfigImpl config =
                new SerializerConfigImpl(new Configuration().set(PipelineOptions.GENERIC_TYPES, false));
        TypeSerializer<T> serializer = TypeInformation.of(type).createSerializer(config);
        DataOutputSerializer out = new DataOutputSerializer(128);
        serializer.serialize(value, out);
        return serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
    }
}
