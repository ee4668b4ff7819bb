package io.arketic.ingest.listing;

import io.arketic.schema.knowledge.ObjectLedger.Known;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what the ledger and the queue know of a bucket, page by page in the order of keys. Used by one thread. */
final class KnownKeys {

    private static final int PAGE = 1_000;

    /** Returns the next page behind a key; the last one is shorter. */
    interface Pages {
        List<Known> after(String key, int atMost) throws Exception;
    }

    private final Pages pages;
    private final Deque<Known> page = new ArrayDeque<>();
    private String last = "";
    private boolean complete;

    KnownKeys(Pages pages) {
        this.pages = pages;
    }

    /** Returns the next key without passing it; null behind the last one. */
    @Nullable
    Known peek() throws Exception {
        if (page.isEmpty() && !complete) {
            List<Known> next = pages.after(last, PAGE);
            for (Known known : next) {
                if (KeyOrder.INSTANCE.compare(known.key(), last) <= 0) {
                    throw new UnorderedKeysException("the ledger", known.key(), last);
                }
                last = known.key();
            }
            page.addAll(next);
            complete = next.size() < PAGE;
        }
        return page.peek();
    }

    void pass() {
        page.remove();
    }
}
