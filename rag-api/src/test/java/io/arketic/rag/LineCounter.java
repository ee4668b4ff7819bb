package io.arketic.rag;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;

/** Counts what arrives on one stream of events, without a separate thread. */
final class LineCounter implements Flow.Subscriber<String> {

    private final CountDownLatch ready;
    private final CountDownLatch told;

    LineCounter(CountDownLatch ready, CountDownLatch told) {
        this.ready = ready;
        this.told = told;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(String line) {
        switch (line) {
            case "event:ready" -> ready.countDown();
            case "event:message" -> told.countDown();
            default -> {
                // data and heartbeats
            }
        }
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onComplete() {}
}
