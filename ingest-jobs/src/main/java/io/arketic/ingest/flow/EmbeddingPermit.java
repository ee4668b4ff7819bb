package io.arketic.ingest.flow;

import io.arketic.schema.ledger.LedgerTotals;
import java.time.Duration;

/** When the next texts may be embedded, and how many of them before it is asked again. */
public interface EmbeddingPermit {

    /** Of those for whom somebody waits. */
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
     * Returns when it has come.
     *
     * @throws Exception when the database does not answer
     */
    void await() throws Exception;

    /**
     * After live files: waits while there are any, but never longer than a while, so that a generation also grows where
     * files come without end.
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
