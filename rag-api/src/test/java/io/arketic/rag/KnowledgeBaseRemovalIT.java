package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.DriverManager;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tests what is left of a knowledge base after its removal. */
class KnowledgeBaseRemovalIT extends IndexedKnowledgeBase {

    @Test
    void aKnowledgeBaseIsOutOfSightAtOnceAndLeavesNothing() throws Exception {
        index("gone.txt", "The pump is gone.");
        begin(Map.of("chunk_size", 300));
        String removed = index("removed.txt", "The pump was here.");
        assertThat(ada.delete("/knowledge-bases/" + base + "/documents/" + removed)
                        .status())
                .isEqualTo(204);
        assertThat(left()).as("with the vector of what was removed").isEqualTo("1 2 1 0 1");
        assertThat(ada.upload("/knowledge-bases/" + base + "/documents", Map.of("file.txt", "A file"))
                        .status())
                .isEqualTo(202);
        assertThat(StoredKeys.of(RunningApi.BUCKET, slug + "/" + base + "/")).hasSize(1);

        assertThat(ada.delete("/knowledge-bases/" + base + "?objects=true").status())
                .isEqualTo(202);

        ada.get("/knowledge-bases/" + base).assertProblem(404, "not-found", null);
        begin(Map.of()).assertProblem(404, "not-found", null);
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        String left = left();
        while (!left.equals("0 0 0 0 0") && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(100);
            left = left();
        }
        assertThat(left).isEqualTo("0 0 0 0 0");
        assertThat(StoredKeys.of(RunningApi.BUCKET, slug + "/" + base + "/")).isEmpty();
    }

    /** Counts rows and objects of the knowledge base. */
    private String left() throws Exception {
        String query = """
                select concat_ws(' ', (select count(*) from knowledge_bases where id = b),
                    (select count(*) from knowledge_documents where knowledge_base_id = b),
                    (select count(*) from knowledge_chunks where knowledge_base_id = b),
                    (select count(*) from ingest_ledger where knowledge_base_id = b and ended_at is null),
                    (select count(*) from embedding_cache where knowledge_base_id = b))
                from (select ?::uuid as b) asked
                """;
        try (var connection = DriverManager.getConnection(
                        api.database().url(),
                        api.database().user(),
                        api.database().password());
                var statement = connection.prepareStatement(query)) {
            statement.setString(1, base);
            try (var row = statement.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }
}
