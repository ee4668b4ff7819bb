package io.arketic.schema;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/** Vectors that the organization's chunks hold already: the same text need not be embedded twice by one model. */
public final class KnownEmbeddings {

    private final TenantDatabase database;

    public KnownEmbeddings(TenantDatabase database) {
        this.database = database;
    }

    /**
     * The vectors that the target's model has given for some of these texts; a text that no chunk of the organization
     * consists of is missing. To be asked before {@link KnowledgeStore#replace} takes a document's old chunks away.
     */
    public Map<String, float[]> find(KnowledgeTarget target, Collection<String> texts) throws SQLException {
        Map<String, String> byHash = new HashMap<>();
        texts.forEach(text -> byHash.put(sha256(text), text));
        String query = """
                select distinct on (content_hash) content_hash, embedding::real[]
                from knowledge_chunks
                where content_hash = any (?) and embedding_model = ? and embedding is not null
                """;
        return database.transaction(target.context(), connection -> {
            Map<String, float[]> vectors = new HashMap<>();
            try (PreparedStatement statement = connection.prepareStatement(query)) {
                statement.setArray(
                        1, connection.createArrayOf("text", byHash.keySet().toArray()));
                statement.setString(2, target.embeddingModel());
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        String text = byHash.get(row.getString(1));
                        if (text != null) {
                            vectors.put(text, vector(row.getArray(2)));
                        }
                    }
                }
            }
            return vectors;
        });
    }

    private static float[] vector(Array array) throws SQLException {
        Float[] boxed = (Float[]) array.getArray();
        float[] vector = new float[boxed.length];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = boxed[i];
        }
        return vector;
    }

    private static String sha256(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
