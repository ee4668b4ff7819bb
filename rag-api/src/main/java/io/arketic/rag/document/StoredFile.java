package io.arketic.rag.document;

import java.util.UUID;

/**
 * Names the location of one version's bytes.
 *
 * @param objectKey in the drive's bucket
 * @param hash SHA-256 in hexadecimal digits
 */
record StoredFile(UUID blobId, String objectKey, String hash, long size, String mediaType, String filename) {}
