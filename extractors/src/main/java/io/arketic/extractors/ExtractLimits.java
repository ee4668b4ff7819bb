package io.arketic.extractors;

import java.time.Duration;

/**
 * Limits what one file may cost. Every exceeded limit ends in an {@link ExtractionException} that names it.
 *
 * @param timeout wall-clock time for one file
 * @param parserHeap heap of a parser process, in bytes
 * @param maxFileBytes size of the file itself, and of all files inside it together, which may not pass 512 MiB either
 * @param maxCharacters extracted text, in UTF-16 units
 * @param maxEmbeddedDepth levels of files within files; 0 reads no embedded file
 * @param maxEmbeddedCount embedded files in all
 */
public record ExtractLimits(
        Duration timeout,
        long parserHeap,
        long maxFileBytes,
        int maxCharacters,
        int maxEmbeddedDepth,
        int maxEmbeddedCount) {

    public static final ExtractLimits DEFAULT =
            new ExtractLimits(Duration.ofSeconds(60), 512L << 20, 1L << 30, 20_000_000, 8, 5_000);

    public ExtractLimits {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout must be positive: " + timeout);
        }
        if (parserHeap < 32L << 20) {
            throw new IllegalArgumentException("parserHeap must be at least 32 MiB: " + parserHeap);
        }
        if (maxFileBytes < 1 || maxCharacters < 1) {
            throw new IllegalArgumentException("maxFileBytes and maxCharacters must be positive");
        }
        if (maxEmbeddedDepth < 0 || maxEmbeddedCount < 0) {
            throw new IllegalArgumentException("embedded limits must not be negative");
        }
    }
}
