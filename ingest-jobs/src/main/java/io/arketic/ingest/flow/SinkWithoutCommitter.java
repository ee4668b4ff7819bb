package io.arketic.ingest.flow;

import java.io.IOException;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * Wraps a sink without its committer, which has no work: a writer that guarantees at least once has written everything
 * when a checkpoint begins. Flink registers a metric of the committer for every checkpoint and logs that its name is
 * taken, which was a third of the TaskManager's log.
 */
public record SinkWithoutCommitter<T>(Sink<T> sink) implements Sink<T> {

    @Override
    public SinkWriter<T> createWriter(WriterInitContext context) throws IOException {
        return sink.createWriter(context);
    }
}
