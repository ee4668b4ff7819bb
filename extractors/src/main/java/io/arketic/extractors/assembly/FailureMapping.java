package io.arketic.extractors.assembly;

import io.arketic.extractors.ExtractionException.Reason;
import io.arketic.extractors.protocol.WorkerProtocol.Failed;
import java.util.Locale;
import org.apache.commons.compress.PasswordRequiredException;
import org.apache.commons.compress.archivers.zip.UnsupportedZipFeatureException;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.apache.tika.exception.EncryptedDocumentException;
import org.apache.tika.exception.TikaMemoryLimitException;
import org.apache.tika.exception.UnsupportedFormatException;
import org.apache.tika.exception.ZeroByteFileException;
import org.jspecify.annotations.Nullable;

/** Maps a parser's exception to its reason. An unknown one means a damaged file. */
public final class FailureMapping {

    private static final int LONGEST_DETAIL = 400;
    private static final int DEEPEST_CAUSE = 20;

    private FailureMapping() {}

    public static Failed of(Throwable thrown) {
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++) {
            Reason reason = reasonOf(cause);
            if (reason != null) {
                return new Failed(reason, detail(cause));
            }
            cause = cause.getCause();
        }
        return new Failed(Reason.CORRUPT, detail(innermost(thrown)));
    }

    private static @Nullable Reason reasonOf(Throwable thrown) {
        if (thrown instanceof LimitPassedException limit) {
            return limit.reason();
        }
        if (thrown instanceof EncryptedDocumentException
                || thrown instanceof org.apache.poi.EncryptedDocumentException
                || thrown instanceof InvalidPasswordException
                || thrown instanceof PasswordRequiredException) {
            return Reason.ENCRYPTED;
        }
        if (thrown instanceof UnsupportedZipFeatureException feature) {
            return feature.getFeature() == UnsupportedZipFeatureException.Feature.ENCRYPTION
                    ? Reason.ENCRYPTED
                    : Reason.UNSUPPORTED_FORMAT;
        }
        if (thrown instanceof UnsupportedFormatException) {
            return Reason.UNSUPPORTED_FORMAT;
        }
        if (thrown instanceof ZeroByteFileException) {
            return Reason.EMPTY_FILE;
        }
        if (thrown instanceof TikaMemoryLimitException) {
            return Reason.MEMORY_LIMIT;
        }
        if (thrown instanceof StackOverflowError) {
            return Reason.CORRUPT;
        }
        return byMessage(thrown.getMessage() == null ? "" : thrown.getMessage().toLowerCase(Locale.ROOT));
    }

    private static @Nullable Reason byMessage(String message) {
        if (message.contains("zip bomb")
                || message.contains("doctype is disallowed")
                || message.contains("jaxp0001")
                || message.contains("entity expansion")
                || message.contains("external entity")
                || message.contains("accessexternaldtd")) {
            return Reason.MALICIOUS;
        }
        if (message.contains("password") || message.contains("is encrypted")) {
            return Reason.ENCRYPTED;
        }
        return null;
    }

    private static Throwable innermost(Throwable thrown) {
        Throwable inner = thrown;
        for (int depth = 0; inner.getCause() != null && depth < DEEPEST_CAUSE; depth++) {
            inner = inner.getCause();
        }
        return inner;
    }

    private static String detail(Throwable thrown) {
        if (thrown instanceof StackOverflowError) {
            return "nested deeper than its parser can follow";
        }
        String name = thrown.getClass().getSimpleName();
        String message = thrown.getMessage();
        if (message == null || message.isBlank()) {
            return name;
        }
        String told = TextCleaner.clean(
                message.substring(0, Math.min(message.length(), LONGEST_DETAIL)).replace('\n', ' '), false);
        return thrown instanceof LimitPassedException ? told : name + ": " + told;
    }
}
