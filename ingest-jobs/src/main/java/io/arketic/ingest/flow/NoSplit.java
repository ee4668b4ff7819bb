package io.arketic.ingest.flow;

import org.apache.flink.api.connector.source.SourceSplit;

/** Represents the split of a source that is not split. */
public record NoSplit() implements SourceSplit {

    @Override
    public String splitId() {
        return "all";
    }
}
