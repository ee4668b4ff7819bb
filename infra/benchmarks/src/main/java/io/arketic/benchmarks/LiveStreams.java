package io.arketic.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Reads one chat's events as many readers, without a thread for each. */
final class LiveStreams {

    /** Limits the streams opened at the same time: as many as readers come back after a restart. */
    private static final int AT_ONCE = 50;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Semaphore opening = new Semaphore(AT_ONCE);
    private final CountDownLatch ready;
    private final CountDownLatch told;
    private final AtomicInteger lost = new AtomicInteger();

    private LiveStreams(int count) {
        ready = new CountDownLatch(count);
        told = new CountDownLatch(count);
    }

    /** @throws IOException unless all are ready within {@code patience} */
    static LiveStreams open(URI events, String token, int count, Duration patience)
            throws IOException, InterruptedException {
        LiveStreams streams = new LiveStreams(count);
        HttpRequest request = HttpRequest.newBuilder(events)
                .header("Authorization", "Bearer " + token)
                .header("Accept", "text/event-stream")
                .build();
        for (int i = 0; i < count; i++) {
            streams.opening.acquire();
            var unused = streams.http.sendAsync(
                    request, answer -> HttpResponse.BodySubscribers.fromLineSubscriber(streams.new Reader()));
        }
        if (!streams.ready.await(patience.toSeconds(), TimeUnit.SECONDS)) {
            throw new IOException(streams.ready.getCount() + " of " + count + " streams did not begin");
        }
        return streams;
    }

    /** Returns how many received a message within {@code patience}. */
    int told(int count, Duration patience) throws InterruptedException {
        told.await(patience.toSeconds(), TimeUnit.SECONDS);
        return count - (int) told.getCount();
    }

    /** Returns how many ended. */
    int lost() {
        return lost.get();
    }

    private final class Reader implements Flow.Subscriber<String> {

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(String line) {
            if (line.equals("event:ready")) {
                ready.countDown();
                opening.release();
            } else if (line.equals("event:message")) {
                told.countDown();
            }
        }

        @Override
        public void onError(Throwable failure) {
            lost.incrementAndGet();
        }

        @Override
        public void onComplete() {
            lost.incrementAndGet();
        }
    }
}
