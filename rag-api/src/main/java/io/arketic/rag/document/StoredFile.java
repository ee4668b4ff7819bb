package io.arketic.rag.document;

import java.util.UUID;

/**
 * The bytes of one version, where they lie.
 *
 * @param objectKey in the drive's bucket
 * @param hash SHA-256 in hexadecimal digits
 */
record StoredFile(UUID blobId, String objectKey, String hash, long size, String mediaType, String filename) {}
