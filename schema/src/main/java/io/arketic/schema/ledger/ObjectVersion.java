package io.arketic.schema.ledger;

import java.time.Instant;

/**
 * Identifies one version of an object, as the store reports it. Two versions of one key with the same ETag and second
 * are equal.
 *
 * @param etag without quotes
 * @param lastModified to the second, as most stores report it
 * @param size in bytes
 */
public record ObjectVersion(String bucket, String key, String etag, Instant lastModified, long size) {}
