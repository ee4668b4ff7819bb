package io.arketic.ingest.lease;

import org.apache.flink.api.connector.source.SourceEvent;

/** Asks for work: a reader has free places. A split request would ask for one, and Flink logs each. */
record LeasesAsked(int places) implements SourceEvent {}
