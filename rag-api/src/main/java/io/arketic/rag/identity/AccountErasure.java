package io.arketic.rag.identity;

import io.arketic.rag.deployment.StoreProperties;
import io.arketic.rag.mail.MailQueue;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.minio.ListObjectsArgs;
import io.minio.MinioClient;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Erases an account in one commit, as the database's {@code leave_chats} and {@code erase_account} say; then the files of
 * organizations that went with it. Its sessions and API keys have ended with the commit.
 */
@Component
class AccountErasure {

    private record Outcome(@Nullable String lastOwnerOf, List<String> removed) {}

    private static final Logger log = LoggerFactory.getLogger(AccountErasure.class);

    private final Reauthentication reauthentication;
    private final Accounts accounts;
    private final MailQueue queue;
    private final AccountMails mails;
    private final MinioClient store;
    private final String bucket;

    AccountErasure(
            Reauthentication reauthentication,
            Accounts accounts,
            MailQueue queue,
            AccountMails mails,
            MinioClient store,
            StoreProperties settings) {
        this.reauthentication = reauthentication;
        this.accounts = accounts;
        this.queue = queue;
        this.mails = mails;
        this.store = store;
        this.bucket = settings.bucket();
    }

    /** @param code of the second factor, where the account has one */
    void erase(Caller caller, String password, @Nullable String code) {
        String email = accounts.find(caller.userId()).map(User::email).orElseThrow(Reauthentication::refusal);
        Outcome outcome = reauthentication.confirmed(caller, password, code, AccountErasure::erase);
        outcome.removed().forEach(this::removeFiles);
        queue.send(mails.erased(email));
    }

    private static Outcome erase(JdbcClient sql) {
        sql.sql("SELECT leave_chats()").query((row, number) -> true).single();
        Outcome outcome = sql.sql("SELECT last_owner_of, removed FROM erase_account()")
                .query((row, number) -> {
                    String lastOwnerOf = row.getString("last_owner_of");
                    return new Outcome(
                            lastOwnerOf,
                            lastOwnerOf != null
                                    ? List.of()
                                    : Arrays.asList(
                                            (String[]) row.getArray("removed").getArray()));
                })
                .single();
        if (outcome.lastOwnerOf() != null) {
            throw new ProblemException(
                    ProblemReason.LAST_OWNER,
                    "'" + outcome.lastOwnerOf() + "' would be left without an owner; hand it to another member first.");
        }
        return outcome;
    }

    /** What cannot be removed now is found by the ingest job, which says that it belongs to no knowledge base. */
    private void removeFiles(String slug) {
        try {
            for (Result<Item> object : store.listObjects(ListObjectsArgs.builder()
                    .bucket(bucket)
                    .prefix(slug + "/")
                    .recursive(true)
                    .build())) {
                store.removeObject(RemoveObjectArgs.builder()
                        .bucket(bucket)
                        .object(object.get().objectName())
                        .build());
            }
        } catch (MinioException failure) {
            log.error("Files of the erased organization {} are left in the bucket", slug, failure);
        }
    }
}
