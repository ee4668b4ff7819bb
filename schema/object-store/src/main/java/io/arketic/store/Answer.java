package io.arketic.store;

import io.arketic.store.StoreException.Reason;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import java.io.IOException;

/** Turns the failures of the client into {@link StoreException}. */
final class Answer {

    /** Sends a request to the store. */
    interface Question<T> {
        T ask() throws MinioException;
    }

    private Answer() {}

    /** The client wraps a connection that broke or timed out in an {@link IllegalStateException}. */
    static <T> T of(String what, Question<T> question) throws StoreException {
        try {
            return question.ask();
        } catch (MinioException e) {
            throw new StoreException(reason(e), what + ": " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new StoreException(Reason.KEY_REFUSED, what + ": " + e.getMessage(), e);
        } catch (IllegalStateException e) {
            if (e.getCause() instanceof IOException) {
                throw new StoreException(Reason.UNAVAILABLE, what + ": " + e.getMessage(), e);
            }
            throw e;
        }
    }

    private static Reason reason(MinioException e) {
        if (!(e instanceof ErrorResponseException refusal)) {
            return Reason.UNAVAILABLE;
        }
        return switch (refusal.errorResponse().code()) {
            case "NoSuchKey", "NoSuchObject", "NoSuchVersion" -> Reason.ABSENT;
            case "InvalidObjectState" -> Reason.ARCHIVED;
            case "AccessDenied" -> Reason.DENIED;
            default ->
                switch (refusal.response().code()) {
                    case 412 -> Reason.CHANGED;
                    case 400, 403, 405 -> Reason.REFUSED;
                    default -> Reason.UNAVAILABLE;
                };
        };
    }
}
