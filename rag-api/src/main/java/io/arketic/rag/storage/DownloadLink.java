package io.arketic.rag.storage;

import java.time.Instant;

/**
 * Holds an address at the store itself, which gives the bytes to anyone who has it.
 *
 * @param expiresAt from when on the store refuses it
 */
public record DownloadLink(String url, Instant expiresAt) {}
