package io.arketic.schema.ledger;

import java.time.Instant;

/**
 * What the ledger knows of an object: the version that it dealt with last.
 *
 * @param settled whether that version stands: it is indexed or dead, and neither in flight nor overtaken
 */
public record KnownObject(String key, String etag, Instant lastModified, boolean settled) {}
