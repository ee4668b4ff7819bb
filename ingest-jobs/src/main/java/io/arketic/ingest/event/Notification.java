package io.arketic.ingest.event;

import org.jspecify.annotations.Nullable;

/**
 * A message of the event topic, unread, with the place where it stands.
 *
 * @param value null for a tombstone
 */
@SuppressWarnings("ArrayRecordComponent") // raw bytes on their way to the parser, never compared
public record Notification(String topic, int partition, long offset, byte @Nullable [] value) {}
