package io.arketic.schema.generation;

import com.pgvector.PGvector;
import io.arketic.schema.search.SearchWords;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Copies chunks to the server by binary COPY, into a temporary table of the transaction: the server refuses {@code
 * COPY} into a table with row-level security. It never uses a table that an earlier statement of the connection left
 * under that name.
 *
 * @see <a href="https://www.postgresql.org/docs/15/sql-copy.html#id-1.9.3.55.9.4">Binary format</a>
 */
final class ChunkStaging {

    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};
    private static final int COLUMNS = 15;
    private static final int SHORTEST_KEYWORD = 3;
    private static final int FLUSH_AT = 1 << 16;

    private ChunkStaging() {}

    static void copy(Connection connection, List<EmbeddedChunk> chunks, String configuration) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("""
                    drop table if exists pg_temp.staged_chunks;
                    create temporary table staged_chunks (
                        chunk_index integer, chunk_type text, page_number integer, start_offset integer,
                        end_offset integer, token_count integer, title text, content text, title_words text,
                        words text, embedded_hash text, context_words text, named text, relevance double precision, embedding vector
                    ) on commit drop
                    """);
        }
        CopyIn copy = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("copy pg_temp.staged_chunks from stdin (format binary)");
        try {
            ByteArrayOutputStream buffer = new ByteArrayOutputStream(2 * FLUSH_AT);
            DataOutputStream out = new DataOutputStream(buffer);
            out.write(SIGNATURE);
            out.writeInt(0);
            out.writeInt(0);
            for (EmbeddedChunk chunk : chunks) {
                write(out, chunk, configuration);
                if (buffer.size() > FLUSH_AT) {
                    copy.writeToCopy(buffer.toByteArray(), 0, buffer.size());
                    buffer.reset();
                }
            }
            out.writeShort(-1);
            copy.writeToCopy(buffer.toByteArray(), 0, buffer.size());
            copy.endCopy();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // A buffer in memory does not fail.
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private static void write(DataOutputStream out, EmbeddedChunk chunk, String configuration) throws IOException {
        out.writeShort(COLUMNS);
        writeInteger(out, chunk.ordinal());
        writeText(out, chunk.type());
        writeInteger(out, chunk.page());
        writeInteger(out, chunk.start());
        writeInteger(out, chunk.end());
        writeInteger(out, chunk.tokens());
        writeText(out, chunk.title());
        writeText(out, chunk.text());
        writeText(out, words(chunk.title(), configuration));
        List<String> words = SearchWords.of(chunk.text(), configuration);
        writeText(out, String.join(" ", SearchWords.stored(words)));
        writeText(out, chunk.embedded().equals(chunk.text()) ? null : KnownEmbeddings.sha256(chunk.embedded()));
        writeText(out, words(chunk.context(), configuration));
        writeText(out, words.stream().filter(ChunkStaging::isKeyword).collect(Collectors.joining(" ")));
        out.writeInt(Double.BYTES);
        out.writeDouble(TextQuality.of(chunk.text()));
        writeVector(out, chunk.embedding());
    }

    /** Returns whether a word may be a keyword: numbers and the shortest words of alphabets name no subject. */
    private static boolean isKeyword(String word) {
        return word.codePoints().anyMatch(Character::isIdeographic)
                || word.codePointCount(0, word.length()) >= SHORTEST_KEYWORD
                        && word.codePoints().anyMatch(Character::isLetter);
    }

    private static String words(@Nullable String text, String configuration) {
        return text == null ? "" : String.join(" ", SearchWords.stored(text, configuration));
    }

    private static void writeInteger(DataOutputStream out, @Nullable Integer value) throws IOException {
        if (value == null) {
            out.writeInt(-1);
        } else {
            out.writeInt(Integer.BYTES);
            out.writeInt(value);
        }
    }

    private static void writeText(DataOutputStream out, @Nullable String value) throws IOException {
        if (value == null) {
            out.writeInt(-1);
        } else {
            byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
            out.writeInt(bytes.length);
            out.write(bytes);
        }
    }

    private static void writeVector(DataOutputStream out, float[] vector) throws IOException {
        PGvector value = new PGvector(vector);
        byte[] bytes = new byte[value.lengthInBytes()];
        value.toBytes(bytes, 0);
        out.writeInt(bytes.length);
        out.write(bytes);
    }
}
