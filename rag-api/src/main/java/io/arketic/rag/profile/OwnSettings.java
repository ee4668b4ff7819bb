package io.arketic.rag.profile;

import io.arketic.rag.account.Preferences;
import io.arketic.rag.account.Profile;
import io.arketic.rag.avatar.Avatar;
import io.arketic.rag.avatar.Avatars;
import io.arketic.rag.customsettings.SettingsSchema;
import io.arketic.rag.deployment.DefaultModel;
import io.arketic.rag.deployment.PublicAddress;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.listing.EntityTag;
import io.arketic.rag.patch.Versioned;
import io.arketic.schema.tenancy.TenantContext;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Accesses the tables {@code user_profiles} and {@code user_preferences}: one row for each user, created on first use.
 */
@Component
class OwnSettings {

    private static final TypeReference<List<String>> TEXTS = new TypeReference<>() {};
    private static final TypeReference<Map<String, Object>> SETTINGS = new TypeReference<>() {};

    private final Transactions transactions;
    private final JsonMapper json;
    private final DefaultModel model;
    private final PublicAddress address;

    OwnSettings(Transactions transactions, JsonMapper json, DefaultModel model, PublicAddress address) {
        this.transactions = transactions;
        this.json = json;
        this.model = model;
        this.address = address;
    }

    Versioned<Profile> profile(UUID userId) {
        return transactions.run(TenantContext.ofUser(userId), sql -> profile(sql, userId));
    }

    /** Locks the row while {@code change} reads it. */
    Versioned<Profile> changeProfile(UUID userId, @Nullable String ifMatch, UnaryOperator<Profile> change) {
        return transactions.run(TenantContext.ofUser(userId), sql -> {
            Versioned<Profile> current = profile(sql, userId);
            EntityTag.required(ifMatch).mustMatch(current.updatedAt());
            Profile changed = change.apply(current.value());
            // The address of an uploaded picture is not stored: that of the deployment may change.
            boolean same = Objects.equals(changed.avatarUrl(), current.value().avatarUrl());
            if (!same) {
                Avatars.remove(sql, userId);
            }
            sql.sql("""
                            UPDATE user_profiles SET
                                avatar_url = CASE WHEN :same THEN avatar_url ELSE :avatar END, bio = :bio, job_title = :job,
                                company = :company, location = :location, timezone = :timezone, language = :language,
                                skills = CAST(:skills AS jsonb), certifications = CAST(:certifications AS jsonb),
                                experience_years = :years
                            WHERE user_id = :user""")
                    .param("same", same)
                    .param("avatar", changed.avatarUrl())
                    .param("bio", changed.bio())
                    .param("job", changed.jobTitle())
                    .param("company", changed.company())
                    .param("location", changed.location())
                    .param("timezone", changed.timezone())
                    .param("language", changed.language())
                    .param("skills", text(changed.skills()))
                    .param("certifications", text(changed.certifications()))
                    .param("years", changed.experienceYears())
                    .param("user", userId)
                    .update();
            return profile(sql, userId);
        });
    }

    /** Keeps an uploaded picture, which {@code avatar_url} names from then on. */
    Versioned<Profile> putAvatar(UUID userId, Avatar avatar) {
        return transactions.run(TenantContext.ofUser(userId), sql -> {
            profile(sql, userId);
            Avatars.put(sql, userId, avatar);
            removeAddress(sql, userId);
            return profile(sql, userId);
        });
    }

    /** Removes an uploaded picture; the address of one on another server stays. */
    void removeAvatar(UUID userId) {
        transactions.execute(TenantContext.ofUser(userId), sql -> {
            profile(sql, userId);
            if (Avatars.remove(sql, userId)) {
                removeAddress(sql, userId);
            }
        });
    }

    /** Removes the address of another server's picture, and gives the profile a new version. */
    private static void removeAddress(JdbcClient sql, UUID userId) {
        sql.sql("UPDATE user_profiles SET avatar_url = NULL WHERE user_id = :user")
                .param("user", userId)
                .update();
    }

    Versioned<Preferences> preferences(UUID userId) {
        return transactions.run(TenantContext.ofUser(userId), sql -> preferences(sql, userId));
    }

    /** Locks the row while {@code change} reads it. */
    Versioned<Preferences> changePreferences(UUID userId, @Nullable String ifMatch, UnaryOperator<Preferences> change) {
        return transactions.run(TenantContext.ofUser(userId), sql -> {
            Versioned<Preferences> current = preferences(sql, userId);
            EntityTag.required(ifMatch).mustMatch(current.updatedAt());
            Preferences changed = change.apply(current.value());
            boolean same =
                    Objects.equals(changed.customSettings(), current.value().customSettings());
            sql.sql("""
                            UPDATE user_preferences SET theme = :theme, default_ai_model = coalesce(:model, default_ai_model),
                                ai_response_style = :style, ai_creativity_level = :creativity,
                                notifications_enabled = :notifications, profile_visibility = :visibility,
                                custom_settings = CASE WHEN :same THEN custom_settings ELSE CAST(:custom AS jsonb) END
                            WHERE user_id = :user""")
                    .param("theme", changed.theme())
                    // The stored default stays if the user keeps the shown one.
                    .param(
                            "model",
                            changed.defaultAiModel().equals(current.value().defaultAiModel())
                                    ? null
                                    : changed.defaultAiModel())
                    .param("style", changed.aiResponseStyle())
                    .param("creativity", changed.aiCreativityLevel())
                    .param("notifications", changed.notificationsEnabled())
                    .param("visibility", changed.profileVisibility())
                    // Settings of before the schema stay until they are changed.
                    .param("same", same)
                    .param("custom", same ? null : SettingsSchema.USER.text(json, changed.customSettings()))
                    .param("user", userId)
                    .update();
            return preferences(sql, userId);
        });
    }

    private Versioned<Profile> profile(JdbcClient sql, UUID userId) {
        sql.sql("INSERT INTO user_profiles (user_id) VALUES (:user) ON CONFLICT DO NOTHING")
                .param("user", userId)
                .update();
        return sql.sql("""
                        SELECT f.*, EXISTS (SELECT FROM user_avatars a WHERE a.user_id = f.user_id) AS uploaded
                        FROM user_profiles f WHERE f.user_id = :user FOR UPDATE OF f""")
                .param("user", userId)
                .query((row, number) -> new Versioned<>(
                        new Profile(
                                row.getBoolean("uploaded")
                                        ? address.of("/api/v1" + AvatarController.PATH)
                                        : row.getString("avatar_url"),
                                row.getString("bio"),
                                row.getString("job_title"),
                                row.getString("company"),
                                row.getString("location"),
                                row.getString("timezone"),
                                row.getString("language"),
                                value(row, "skills", TEXTS),
                                value(row, "certifications", TEXTS),
                                row.getObject("experience_years", Integer.class)),
                        updatedAt(row)))
                .single();
    }

    private Versioned<Preferences> preferences(JdbcClient sql, UUID userId) {
        sql.sql("""
                        INSERT INTO user_preferences (user_id, default_ai_model) VALUES (:user, '')
                        ON CONFLICT DO NOTHING""").param("user", userId).update();
        return sql.sql("SELECT * FROM user_preferences WHERE user_id = :user FOR UPDATE")
                .param("user", userId)
                .query((row, number) -> new Versioned<>(
                        new Preferences(
                                row.getString("theme"),
                                shown(row.getString("default_ai_model")),
                                row.getString("ai_response_style"),
                                row.getInt("ai_creativity_level"),
                                row.getBoolean("notifications_enabled"),
                                row.getString("profile_visibility"),
                                value(row, "custom_settings", SETTINGS)),
                        updatedAt(row)))
                .single();
    }

    /** Returns the deployment's model where the user chose none. */
    private String shown(String stored) {
        return model.shown(stored.isEmpty() ? model.id() : stored);
    }

    private static Instant updatedAt(ResultSet row) throws SQLException {
        return row.getObject("updated_at", OffsetDateTime.class).toInstant();
    }

    private @Nullable String text(@Nullable Object value) {
        return value == null ? null : json.writeValueAsString(value);
    }

    private <T> @Nullable T value(ResultSet row, String column, TypeReference<T> type) throws SQLException {
        String text = row.getString(column);
        return text == null ? null : json.readValue(text, type);
    }
}
