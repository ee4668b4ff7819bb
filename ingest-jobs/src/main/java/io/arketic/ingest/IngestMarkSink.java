package io.arketic.ingest;

import io.arketic.ingest.event.ObjectEvent;
import io.arketic.ingest.object.IngestServices;
import io.arketic.ingest.queue.Marks;
import io.arketic.ingest.settings.IngestSettings;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * Marks the objects of events in the queue, those of a few milliseconds together. A checkpoint waits until all are
 * marked, so an event is marked at least once.
 */
record IngestMarkSink(IngestSettings settings) implements Sink<ObjectEvent> {

    private static final long TOGETHER_MILLIS = 5;

    @Override
    public SinkWriter<ObjectEvent> createWriter(WriterInitContext context) throws IOException {
        try {
            IngestServices services = IngestServices.acquire(settings);
            return new Writer(services, context.getProcessingTimeService());
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    private static final class Writer implements SinkWriter<ObjectEvent> {

        private final IngestServices services;
        private final ProcessingTimeService clock;
        private final Marks marks;

        private Writer(IngestServices services, ProcessingTimeService clock) {
            this.services = services;
            this.clock = clock;
            this.marks = new Marks(services.marks(), true, Clock.systemUTC());
        }

        @Override
        public void write(ObjectEvent event, Context context) throws InterruptedException {
            if (marks.isEmpty()) {
                clock.registerTimer(clock.getCurrentProcessingTime() + TOGETHER_MILLIS, time -> flush(false));
            }
            marks.add(event);
        }

        @Override
        public void flush(boolean endOfInput) throws InterruptedException {
            marks.flush();
        }

        @Override
        public void close() {
            services.release();
        }
    }
}
