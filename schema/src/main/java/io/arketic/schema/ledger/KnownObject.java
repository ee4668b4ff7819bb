package io.arketic.schema.ledger;

import java.time.Instant;

/**
 * Holds the last version of an object that the ledger handled.
 *
 * @param settled whether that version stands: it is indexed or dead, and neither in flight nor overtaken
 */
public record KnownObject(String key, String etag, Instant lastModified, boolean settled) {}
