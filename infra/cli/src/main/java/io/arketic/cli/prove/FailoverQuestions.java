package io.arketic.cli.prove;

import com.fasterxml.jackson.databind.JsonNode;
import io.arketic.cli.api.ApiException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Asks for one of the documents again and again. No answer counts apart: an answer that lacks the document is wrong. */
final class FailoverQuestions implements AutoCloseable {

    private static final Duration PACE = Duration.ofMillis(250);

    private final ProofBase base;
    private final int documents;
    private final AtomicInteger right = new AtomicInteger();
    private final AtomicInteger wrong = new AtomicInteger();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final Thread thread = new Thread(this::ask, "asker");
    private volatile boolean ends;

    FailoverQuestions(ProofBase base, int documents) {
        this.base = base;
        this.documents = documents;
        thread.start();
    }

    private void ask() {
        while (!ends) {
            try {
                int document = ThreadLocalRandom.current().nextInt(documents);
                boolean found = false;
                for (JsonNode item : base.search(ProofBase.word(document), "text")) {
                    found |= item.path("filename").asText().equals(ProofBase.name(document));
                }
                (found ? right : wrong).incrementAndGet();
            } catch (IOException | ApiException e) {
                unanswered.incrementAndGet();
            } catch (InterruptedException e) {
                return;
            }
            pause();
        }
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PACE.toMillis());
        } catch (InterruptedException e) {
            ends = true;
        }
    }

    boolean isRight() {
        return wrong.get() == 0 && right.get() > 0;
    }

    String figures() {
        return right + " right answers, " + wrong + " wrong, " + unanswered + " questions without an answer";
    }

    @Override
    public void close() throws InterruptedException {
        ends = true;
        thread.join();
    }
}
