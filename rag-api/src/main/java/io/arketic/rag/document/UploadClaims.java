package io.arketic.rag.document;

import io.arketic.rag.deployment.Steady;
import io.arketic.rag.document.PartUploads.Access;
import io.arketic.rag.problem.ProblemException;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Holds the claims of the requests that complete uploads. A claim lasts two minutes and is renewed until it is closed, also
 * while the store finishes the object and answers nothing. A database that fails for a moment loses no claim.
 */
@Component
class UploadClaims {

    private static final Logger log = LoggerFactory.getLogger(UploadClaims.class);

    private static final Duration LEASE = Duration.ofMinutes(2);
    private static final Duration RENEWAL = Duration.ofSeconds(20);

    /** Each renewal may wait for the database. */
    private static final int THREADS = 2;

    private final PartUploads uploads;
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(THREADS, task -> {
        Thread thread = new Thread(task, "upload-claims");
        thread.setDaemon(true);
        return thread;
    });

    UploadClaims(PartUploads uploads) {
        this.uploads = uploads;
    }

    /** Takes the upload for this request; empty if it is complete. */
    Optional<Claim> take(Access access) {
        return uploads.claim(access, LEASE).map(id -> new Claim(access, id));
    }

    @PreDestroy
    void stop() {
        timer.shutdownNow();
    }

    /** A claim of this request. Closing it gives it back, unless the upload is complete. */
    final class Claim implements AutoCloseable {

        private final Access access;
        private final UUID id;
        private final ScheduledFuture<?> renewals;
        private volatile long renewed = System.nanoTime();
        private volatile @Nullable RuntimeException failure;

        private Claim(Access access, UUID id) {
            this.access = access;
            this.id = id;
            this.renewals = Steady.until(RENEWAL, timer, "Renewing the claim of an upload", this::renew);
        }

        UUID id() {
            return id;
        }

        /** Fails when the upload was aborted or got another part, or when the database has been down for nearly the lease. */
        void require() {
            RuntimeException last = failure;
            boolean ends = System.nanoTime() - renewed > LEASE.minus(RENEWAL).toNanos();
            if (last != null && (ends || last instanceof ProblemException)) {
                throw last;
            }
        }

        /** Ends the renewals: the commit that ends the claim has begun, and a renewal would wait for it. */
        void settle() {
            renewals.cancel(false);
        }

        @Override
        public void close() {
            settle();
            try {
                uploads.release(access, id);
            } catch (RuntimeException down) {
                log.info(
                        "The claim of upload {} ends by itself: {}",
                        access.upload().id(),
                        down.toString());
            }
        }

        private void renew() {
            try {
                uploads.renew(access, id, LEASE);
                renewed = System.nanoTime();
                failure = null;
            } catch (ProblemException lost) {
                failure = lost;
                settle();
            } catch (RuntimeException down) {
                log.info(
                        "The claim of upload {} is renewed later: {}",
                        access.upload().id(),
                        down.toString());
                failure = down;
            }
        }
    }
}
