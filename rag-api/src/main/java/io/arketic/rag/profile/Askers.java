package io.arketic.rag.profile;

import io.arketic.rag.deployment.DefaultModel;
import io.arketic.rag.deployment.Transactions;
import io.arketic.schema.tenancy.TenantContext;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reads what users want of answers from their preferences and profiles. */
@Component
public class Askers {

    private static final String UNCHOSEN_LANGUAGE = "en";

    private final Transactions transactions;
    private final DefaultModel defaultModel;

    Askers(Transactions transactions, DefaultModel defaultModel) {
        this.transactions = transactions;
        this.defaultModel = defaultModel;
    }

    /** Returns the defaults for a user that has set nothing. */
    public Asker of(UUID userId) {
        return transactions.run(
                TenantContext.ofUser(userId),
                sql -> sql.sql("""
                        SELECT p.default_ai_model, coalesce(p.ai_response_style, 'balanced') AS ai_response_style,
                            coalesce(p.ai_creativity_level, 5) AS ai_creativity_level,
                            coalesce(f.language, 'en') AS language, coalesce(f.timezone, 'UTC') AS timezone
                        FROM users u
                        LEFT JOIN user_preferences p ON p.user_id = u.id
                        LEFT JOIN user_profiles f ON f.user_id = u.id
                        WHERE u.id = :user""")
                        .param("user", userId)
                        .query((row, number) -> new Asker(
                                chosen(row.getString("default_ai_model")),
                                ResponseStyle.of(row.getString("ai_response_style")),
                                row.getInt("ai_creativity_level"),
                                language(row.getString("language")),
                                zone(row.getString("timezone"))))
                        .optional()
                        .orElse(Asker.PROGRAM));
    }

    /** Rows of earlier releases hold the deployment's model where the user chose none. */
    private @Nullable String chosen(@Nullable String stored) {
        return stored == null || stored.isEmpty() || stored.equals(defaultModel.id()) || !defaultModel.serves(stored)
                ? null
                : stored;
    }

    /** Returns null for the default, which says nothing, and for a tag that names no language. */
    static @Nullable Locale language(String tag) {
        Locale locale = Locale.forLanguageTag(tag);
        String name = locale.getDisplayLanguage(Locale.ENGLISH);
        return tag.equals(UNCHOSEN_LANGUAGE) || name.isEmpty() || name.equals(locale.getLanguage()) ? null : locale;
    }

    /** A zone that a later runtime no longer knows is UTC. */
    private static ZoneId zone(String name) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException unknown) {
            return ZoneOffset.UTC;
        }
    }
}
