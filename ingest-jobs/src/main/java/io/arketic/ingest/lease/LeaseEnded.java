package io.arketic.ingest.lease;

import org.apache.flink.api.connector.source.SourceEvent;

/**
 * Returns a lease: a reader has done its work.
 *
 * @param tookNanos of the threads that did the work, without its waits between them
 */
record LeaseEnded(long number, long tookNanos) implements SourceEvent {}
