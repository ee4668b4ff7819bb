package io.arketic.ingest.lease;

import java.io.Serializable;
import org.apache.flink.api.connector.source.SourceSplit;

/**
 * Gives one piece of work to one reader, until the reader returns it or is lost. No checkpoint holds it: the work's own
 * store knows what is not done.
 *
 * @param number unique for one enumerator
 * @param tenant whose work it is; permanent work is nobody's
 * @param permanent whether the work takes none of the reader's places
 */
public record Lease<W extends Serializable>(long number, W work, String tenant, boolean permanent)
        implements SourceSplit, Serializable {

    /** Returns one name for all leases of a kind: Flink keeps an output, a clock and metrics for each name it has seen. */
    @Override
    public String splitId() {
        return permanent ? "permanent" : "work";
    }
}
