package io.arketic.rag.document;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.storage.ObjectStorage.StoredObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRange;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/**
 * Answers with a file's bytes (RFC 9110): whole, one range of them, or none if the reader has them. Users upload these
 * bytes, so a browser saves them and never shows them in our origin.
 */
@Component
class Download {

    /** Holds the conditions and the range of a request. */
    record Wish(
            @Nullable String range,
            @Nullable String ifRange,
            @Nullable String ifNoneMatch) {}

    private final DocumentFiles files;

    Download(DocumentFiles files) {
        this.files = files;
    }

    ResponseEntity<InputStreamResource> answer(UUID tenant, StoredFile file, Wish wish) {
        String etag = "\"" + file.hash() + "\"";
        if (isKnown(wish.ifNoneMatch(), etag)) {
            return ResponseEntity.status(HttpStatus.NOT_MODIFIED).eTag(etag).build();
        }
        HttpRange range = range(wish, etag);
        long first = 0;
        long length = file.size();
        if (range != null) {
            if (file.size() == 0 || range.getRangeStart(file.size()) >= file.size()) {
                throw new ProblemException(
                        ProblemReason.RANGE_NOT_SATISFIABLE, "The file has " + file.size() + " bytes.");
            }
            first = range.getRangeStart(file.size());
            length = range.getRangeEnd(file.size()) - first + 1;
        }
        StoredObject object = files.open(tenant, file, first, length);
        ResponseEntity.BodyBuilder answer = ResponseEntity.status(
                        range == null ? HttpStatus.OK : HttpStatus.PARTIAL_CONTENT)
                .eTag(etag)
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .contentLength(length)
                .header(HttpHeaders.ACCEPT_RANGES, "bytes")
                .header("X-Document-Media-Type", file.mediaType())
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment()
                                .filename(file.filename(), StandardCharsets.UTF_8)
                                .build()
                                .toString())
                .header("Content-Security-Policy", "default-src 'none'; sandbox");
        if (range != null) {
            answer.header(HttpHeaders.CONTENT_RANGE, "bytes " + first + "-" + (first + length - 1) + "/" + file.size());
        }
        return answer.body(new InputStreamResource(object.bytes()));
    }

    /** Returns the one requested range. It ignores several ranges and other units, as RFC 9110 (14.2) allows. */
    private static @Nullable HttpRange range(Wish wish, String etag) {
        if (wish.range() == null
                || (wish.ifRange() != null && !wish.ifRange().strip().equals(etag))) {
            return null;
        }
        try {
            List<HttpRange> ranges = HttpRange.parseRanges(wish.range());
            return ranges.size() == 1 ? ranges.get(0) : null;
        } catch (IllegalArgumentException unreadable) {
            return null;
        }
    }

    /** Returns whether the reader has what this strong ETag names. */
    static boolean isKnown(@Nullable String ifNoneMatch, String etag) {
        if (ifNoneMatch == null) {
            return false;
        }
        for (String tag : ifNoneMatch.split(",", -1)) {
            String strong = tag.strip().replaceFirst("^W/", "");
            if (strong.equals("*") || strong.equals(etag)) {
                return true;
            }
        }
        return false;
    }
}
