package io.arketic.rag.avatar;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.problem.ProblemException;
import io.arketic.schema.tenancy.TenantContext;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Accesses the table {@code user_avatars}. Row-level security shows a picture where it shows the profile. */
@Component
public class Avatars {

    private final Transactions transactions;

    Avatars(Transactions transactions) {
        this.transactions = transactions;
    }

    /**
     * Returns the picture of a user.
     *
     * @throws ProblemException when there is none, or the reader does not see the profile
     */
    public Avatar of(TenantContext reader, UUID userId) {
        return transactions
                .run(
                        reader,
                        sql -> sql.sql("SELECT media_type, image, content_hash FROM user_avatars WHERE user_id = :user")
                                .param("user", userId)
                                .query((row, number) -> new Avatar(
                                        row.getString("media_type"),
                                        row.getBytes("image"),
                                        row.getString("content_hash")))
                                .optional())
                .orElseThrow(() -> ProblemException.notFound("picture"));
    }

    /** Replaces the user's picture, in a transaction of that user. */
    public static void put(JdbcClient sql, UUID userId, Avatar avatar) {
        sql.sql("""
                        INSERT INTO user_avatars (user_id, media_type, image, content_hash)
                        VALUES (:user, :type, :image, :hash)
                        ON CONFLICT (user_id) DO UPDATE
                        SET media_type = excluded.media_type, image = excluded.image,
                            content_hash = excluded.content_hash, created_at = now()""")
                .param("user", userId)
                .param("type", avatar.mediaType())
                .param("image", avatar.image())
                .param("hash", avatar.contentHash())
                .update();
    }

    /** Removes the user's picture, in a transaction of that user; returns whether there was one. */
    public static boolean remove(JdbcClient sql, UUID userId) {
        return sql.sql("DELETE FROM user_avatars WHERE user_id = :user")
                        .param("user", userId)
                        .update()
                == 1;
    }
}
