package io.arketic.rag.document;

import com.github.difflib.DiffUtils;
import com.github.difflib.algorithm.myers.MyersDiffWithLinearSpace;
import com.github.difflib.patch.AbstractDelta;
import com.github.difflib.patch.Chunk;
import io.arketic.rag.bulkhead.Bulkhead;
import io.arketic.rag.bulkhead.Bulkhead.Place;
import io.arketic.rag.bulkhead.Bulkheads;
import io.arketic.rag.bulkhead.Kind;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Compares the texts of two versions of a file line by line: their bytes, or what the ingest read from them. */
@Component
class VersionDifference {

    private static final int LARGEST = 1024 * 1024;

    /** Limits the time of a comparison, which grows with lines times differences. */
    private static final int MOST_LINES = 10_000;

    /**
     * Holds lines that differ.
     *
     * @param fromLine the first one in the former text, from 1
     * @param toLine the first one in the latter
     */
    record Hunk(int fromLine, List<String> removed, int toLine, List<String> added) {

        /** Returns whether no line lies between them: the algorithm parts a changed line into an added and a removed one. */
        private boolean touches(Hunk next) {
            return fromLine + removed.size() == next.fromLine && toLine + added.size() == next.toLine;
        }

        private Hunk with(Hunk next) {
            return new Hunk(fromLine, joined(removed, next.removed), toLine, joined(added, next.added));
        }

        private static List<String> joined(List<String> one, List<String> other) {
            return Stream.concat(one.stream(), other.stream()).toList();
        }
    }

    private final DocumentFiles files;
    private final Transactions transactions;
    private final Bulkhead places;

    VersionDifference(DocumentFiles files, Transactions transactions, Bulkheads bulkheads) {
        this.files = files;
        this.transactions = transactions;
        this.places = bulkheads.of(Kind.DIFFERENCES);
    }

    /** @throws ProblemException where one of them is no text, or is too large, or the organization compares too much */
    List<Hunk> between(DocumentAccess access, int from, int to) {
        try (Place place = places.enter(
                access.membership().organizationId(), access.membership().userId())) {
            return compared(access, from, to);
        }
    }

    private List<Hunk> compared(DocumentAccess access, int from, int to) {
        List<String> before = lines(access, from);
        List<String> after = lines(access, to);
        List<Hunk> hunks = new ArrayList<>();
        for (AbstractDelta<String> delta :
                DiffUtils.diff(before, after, new MyersDiffWithLinearSpace<>()).getDeltas()) {
            Hunk next = hunk(delta);
            Hunk last = hunks.isEmpty() ? null : hunks.get(hunks.size() - 1);
            if (last != null && last.touches(next)) {
                hunks.set(hunks.size() - 1, last.with(next));
            } else {
                hunks.add(next);
            }
        }
        return hunks;
    }

    private static Hunk hunk(AbstractDelta<String> delta) {
        Chunk<String> source = delta.getSource();
        Chunk<String> target = delta.getTarget();
        return new Hunk(
                source.getPosition() + 1,
                List.copyOf(source.getLines()),
                target.getPosition() + 1,
                List.copyOf(target.getLines()));
    }

    private List<String> lines(DocumentAccess access, int version) {
        StoredFile file = files.find(access, version);
        String text = plain(file, version).or(() -> extracted(access, file)).orElseThrow(() -> noText(version));
        if (text.length() > LARGEST) {
            throw new ProblemException(
                    ProblemReason.TOO_LARGE, "Version " + version + " has more than " + LARGEST + " characters.");
        }
        List<String> lines = text.lines().toList();
        if (lines.size() > MOST_LINES) {
            throw new ProblemException(
                    ProblemReason.TOO_LARGE, "Version " + version + " has more than " + MOST_LINES + " lines.");
        }
        return lines;
    }

    /** Returns the bytes as text; empty if they are none. A large file that is no text may have a short one. */
    private Optional<String> plain(StoredFile file, int version) {
        boolean whole = file.size() <= LARGEST;
        try (InputStream bytes = files.read(file).bytes()) {
            byte[] read = bytes.readNBytes(LARGEST);
            CharBuffer text = CharBuffer.allocate(read.length);
            boolean other = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(read), text, whole)
                    .isError();
            if (other || text.flip().chars().anyMatch(character -> character == 0)) {
                return Optional.empty();
            }
            if (!whole) {
                throw new ProblemException(
                        ProblemReason.TOO_LARGE, "Version " + version + " has more than " + LARGEST + " bytes.");
            }
            return Optional.of(text.toString());
        } catch (IOException broken) {
            throw new ProblemException(ProblemReason.STORE_UNAVAILABLE, "The store broke off.", broken);
        }
    }

    /** Returns the text that the ingest has read from these bytes, for a knowledge base that the member sees or before. */
    private Optional<String> extracted(DocumentAccess access, StoredFile file) {
        return transactions.run(
                access.membership().context(),
                sql -> sql.sql("""
                        SELECT left(content, :most) FROM document_texts WHERE blob_id = :blob
                        UNION ALL
                        SELECT left(extracted_text, :most) FROM knowledge_documents
                        WHERE source_document_id = :document AND indexed_file_hash = :hash AND extracted_text IS NOT NULL
                        LIMIT 1""")
                        .param("most", LARGEST + 1)
                        .param("blob", file.blobId())
                        .param("document", access.document().id())
                        .param("hash", file.hash())
                        .query(String.class)
                        .optional());
    }

    private static ProblemException noText(int version) {
        return new ProblemException(
                ProblemReason.UNSUPPORTED_MEDIA_TYPE,
                "Version " + version + " is no text in UTF-8, and no knowledge base has read its text.");
    }
}
