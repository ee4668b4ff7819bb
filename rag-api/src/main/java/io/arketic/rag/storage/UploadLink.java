package io.arketic.rag.storage;

import java.time.Instant;

/**
 * Holds an address at the store itself, to which anyone who has it can send an object's bytes with {@code PUT}.
 *
 * @param expiresAt from when on the store refuses it
 */
public record UploadLink(String url, Instant expiresAt) {}
