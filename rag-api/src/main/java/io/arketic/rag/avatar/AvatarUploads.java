package io.arketic.rag.avatar;

import io.arketic.rag.account.AttemptLimiter;
import io.arketic.rag.account.AttemptLimiter.Bucket;
import io.arketic.rag.account.AttemptLimiter.Level;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;
import org.springframework.web.multipart.MultipartFile;

/** Reads uploaded pictures, one at a time: a decoder holds up to 100 MB for the largest ones. */
@Component
public class AvatarUploads {

    private static final int LARGEST = 5 * 1024 * 1024;
    private static final int UPLOADS = 20;
    private static final Duration WAIT = Duration.ofSeconds(1);

    private final AttemptLimiter attempts;
    private final Semaphore place = new Semaphore(1, true);

    AvatarUploads(AttemptLimiter attempts) {
        this.attempts = attempts;
    }

    /**
     * Returns the picture of an upload, cut to a square and encoded again.
     *
     * @throws ProblemException of the field {@code files}, when it is too large or not a picture; or when too many are read
     */
    public Avatar read(UUID userId, MultipartFile file) {
        if (file.getSize() > LARGEST) {
            throw ProblemException.ofField(ProblemReason.TOO_LARGE, "files", "must have at most 5 MiB");
        }
        Level level = attempts.take(new Bucket("avatar", userId.toString(), UPLOADS, Duration.ofHours(1)));
        if (!level.admitted()) {
            throw ProblemException.tooManyRequests("Too many pictures were uploaded.", level.retryAfter());
        }
        byte[] bytes;
        try (InputStream in = file.getInputStream()) {
            bytes = in.readNBytes(LARGEST);
        } catch (IOException broken) {
            throw new ProblemException(ProblemReason.MALFORMED_REQUEST, "The upload broke off.", broken);
        }
        try {
            if (!place.tryAcquire(WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw ProblemException.tooManyRequests("Other pictures are being read.", WAIT);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw ProblemException.tooManyRequests("Other pictures are being read.", WAIT);
        }
        try {
            return SquarePicture.of(bytes);
        } finally {
            place.release();
        }
    }
}
