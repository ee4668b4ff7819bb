package io.arketic.rag.organization;

import io.arketic.rag.avatar.Avatar;
import io.arketic.rag.avatar.Avatars;
import io.arketic.rag.deployment.PublicAddress;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.problem.ProblemException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Reads the profiles of members. Row-level security hides the profiles that {@code profile_visibility} closes. */
@Component
class MemberProfiles {

    private static final TypeReference<List<String>> TEXTS = new TypeReference<>() {};

    private final Transactions transactions;
    private final Avatars avatars;
    private final PublicAddress address;
    private final JsonMapper json;

    MemberProfiles(Transactions transactions, Avatars avatars, PublicAddress address, JsonMapper json) {
        this.transactions = transactions;
        this.avatars = avatars;
        this.address = address;
        this.json = json;
    }

    MemberProfile of(Membership membership, UUID member) {
        return transactions.run(
                membership.context(),
                sql -> sql.sql("""
                        SELECT u.id AS user_id, u.first_name, u.last_name,
                            CASE WHEN a.user_id IS NULL THEN f.avatar_url ELSE :avatar END AS avatar_url, f.bio, f.job_title, f.company,
                            f.location, f.timezone, f.language, f.skills, f.certifications, f.experience_years
                        FROM organization_members m
                        JOIN users u ON u.id = m.user_id
                        LEFT JOIN user_profiles f ON f.user_id = m.user_id
                        LEFT JOIN user_avatars a ON a.user_id = m.user_id
                        WHERE m.organization_id = :organization AND m.id = :member AND m.is_active""")
                        .param("organization", membership.organizationId())
                        .param("member", member)
                        .param(
                                "avatar",
                                address.of("/api/v1/organizations/" + membership.organizationId() + "/members/" + member
                                        + "/avatar"))
                        .query((row, number) -> profile(row))
                        .optional()
                        .orElseThrow(() -> ProblemException.notFound("member")));
    }

    /** Returns the uploaded picture of a member; not found unless the reader sees the profile. */
    Avatar avatar(Membership membership, UUID member) {
        return avatars.of(membership.context(), of(membership, member).userId());
    }

    private MemberProfile profile(ResultSet row) throws SQLException {
        return new MemberProfile(
                row.getObject("user_id", UUID.class),
                row.getString("first_name"),
                row.getString("last_name"),
                row.getString("avatar_url"),
                row.getString("bio"),
                row.getString("job_title"),
                row.getString("company"),
                row.getString("location"),
                row.getString("timezone"),
                row.getString("language"),
                texts(row.getString("skills")),
                texts(row.getString("certifications")),
                row.getObject("experience_years", Integer.class));
    }

    private @Nullable List<String> texts(@Nullable String stored) {
        return stored == null ? null : json.readValue(stored, TEXTS);
    }
}
