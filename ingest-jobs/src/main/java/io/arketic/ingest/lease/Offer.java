package io.arketic.ingest.lease;

/**
 * Describes work that is not leased.
 *
 * @param tenant that the work is for
 * @param bytes that it costs, roughly
 */
public record Offer<W>(String tenant, long bytes, W work) {}
