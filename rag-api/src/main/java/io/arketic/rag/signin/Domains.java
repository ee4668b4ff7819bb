package io.arketic.rag.signin;

import io.arketic.rag.caller.SecretToken;
import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Accesses the table {@code organization_domains}. A domain that is verified belongs to one organization. */
@Component
class Domains {

    /**
     * Shows a domain.
     *
     * @param recordName of the TXT record that proves the domain
     * @param verifiedAt null until then
     */
    record Domain(
            UUID id,
            String domain,
            String recordName,
            String recordValue,
            @Nullable Instant verifiedAt,
            Instant createdAt) {}

    private static final String COLUMNS = "id, domain, txt_record, verified_at, created_at";
    private static final int MOST = 50;

    private final Transactions transactions;
    private final Identifiers identifiers;

    Domains(Transactions transactions, Identifiers identifiers) {
        this.transactions = transactions;
        this.identifiers = identifiers;
    }

    Domain add(Membership membership, String domain) {
        try {
            return transactions.run(membership.context(), sql -> {
                lock(sql, membership);
                long present = sql.sql("SELECT count(*) FROM organization_domains")
                        .query(Long.class)
                        .single();
                if (present >= MOST) {
                    throw new ProblemException(
                            ProblemReason.CONFLICT, "There are " + MOST + " domains already; delete one.");
                }
                return sql.sql("""
                                INSERT INTO organization_domains (id, organization_id, domain, txt_record)
                                VALUES (:id, :organization, :domain, :record)
                                RETURNING\s""" + COLUMNS)
                        .param("id", identifiers.next())
                        .param("organization", membership.organizationId())
                        .param("domain", domain)
                        .param("record", "arketic=" + SecretToken.random().text())
                        .query(Domains::domain)
                        .single();
            });
        } catch (DuplicateKeyException taken) {
            throw ProblemException.ofField(ProblemReason.CONFLICT, "domain", "is there already");
        }
    }

    /** Returns the newest first. */
    List<Domain> list(Membership membership) {
        return transactions.run(
                membership.context(),
                sql -> sql.sql("SELECT " + COLUMNS + " FROM organization_domains ORDER BY id DESC")
                        .query(Domains::domain)
                        .list());
    }

    Domain require(Membership membership, UUID id) {
        return transactions
                .run(
                        membership.context(),
                        sql -> sql.sql("SELECT " + COLUMNS + " FROM organization_domains WHERE id = :id")
                                .param("id", id)
                                .query(Domains::domain)
                                .optional())
                .orElseThrow(() -> ProblemException.notFound("domain"));
    }

    Domain verified(Membership membership, UUID id) {
        try {
            return transactions
                    .run(
                            membership.context(),
                            sql -> sql.sql("""
                                            UPDATE organization_domains SET verified_at = coalesce(verified_at, now())
                                            WHERE id = :id RETURNING\s""" + COLUMNS)
                                    .param("id", id)
                                    .query(Domains::domain)
                                    .optional())
                    .orElseThrow(() -> ProblemException.notFound("domain"));
        } catch (DuplicateKeyException taken) {
            throw new ProblemException(ProblemReason.CONFLICT, "Another organization has verified this domain.", taken);
        }
    }

    /**
     * Deletes a domain; the provider no longer opens accounts with its addresses. The last verified one stays while members
     * may sign in through the provider only.
     */
    void delete(Membership membership, UUID id) {
        transactions.execute(membership.context(), sql -> {
            lock(sql, membership);
            int deleted = sql.sql("DELETE FROM organization_domains WHERE id = :id")
                    .param("id", id)
                    .update();
            if (deleted == 0) {
                throw ProblemException.notFound("domain");
            }
            boolean needsProvider = sql.sql("SELECT EXISTS (SELECT FROM identity_providers WHERE NOT password_sign_in)")
                    .query(Boolean.class)
                    .single();
            if (needsProvider && !anyVerified(sql)) {
                throw new ProblemException(
                        ProblemReason.INVALID_INPUT,
                        "Members sign in through the provider only; set password_sign_in first, or verify another domain.");
            }
        });
    }

    /** Returns whether the organization of the transaction has a verified domain. */
    static boolean anyVerified(JdbcClient sql) {
        return sql.sql("SELECT EXISTS (SELECT FROM organization_domains WHERE verified_at IS NOT NULL)")
                .query(Boolean.class)
                .single();
    }

    private static void lock(JdbcClient sql, Membership membership) {
        sql.sql("SELECT id FROM organizations WHERE id = :organization FOR UPDATE")
                .param("organization", membership.organizationId())
                .query(UUID.class)
                .single();
    }

    private static Domain domain(ResultSet row, int number) throws SQLException {
        OffsetDateTime verified = row.getObject("verified_at", OffsetDateTime.class);
        String domain = row.getString("domain");
        return new Domain(
                row.getObject("id", UUID.class),
                domain,
                DomainRecords.PREFIX + domain,
                row.getString("txt_record"),
                verified == null ? null : verified.toInstant(),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }
}
