package io.arketic.ingest.flow;

import io.arketic.schema.ledger.LedgerTotals;
import java.time.Duration;

/** Says when the next texts may be embedded, and how many before the next check. */
public interface EmbeddingPermit {

    /** Permits texts at once, for callers that wait for them. */
    EmbeddingPermit AT_ONCE = new EmbeddingPermit() {
        @Override
        public int texts() {
            return Integer.MAX_VALUE;
        }

        @Override
        public void await() {}
    };

    int texts();

    /**
     * Returns when the next texts may be embedded.
     *
     * @throws Exception when the database does not answer
     */
    void await() throws Exception;

    /**
     * Waits while there are live files, but only for a limited time, so that a generation also grows under a constant
     * stream of files.
     */
    static EmbeddingPermit afterLiveFiles(LedgerTotals ledger, Retry retry) {
        return new EmbeddingPermit() {

            private static final int TEXTS = 8;
            private static final Duration LOOK = Duration.ofMillis(50);
            private static final Duration PATIENCE = Duration.ofSeconds(2);

            @Override
            public int texts() {
                return TEXTS;
            }

            @Override
            public void await() throws Exception {
                long deadline = System.nanoTime() + PATIENCE.toNanos();
                while (retry.call("look for live files", ledger::liveFilesUnderWay) && System.nanoTime() < deadline) {
                    Thread.sleep(LOOK.toMillis());
                }
            }
        };
    }
}
