package io.arketic.ingest.event;

import org.jspecify.annotations.Nullable;

/**
 * Holds an unparsed message of the event topic with its position.
 *
 * @param value null for a tombstone
 */
@SuppressWarnings("ArrayRecordComponent") // raw bytes on their way to the parser, never compared
public record Notification(String topic, int partition, long offset, byte @Nullable [] value) {}
