package io.arketic.rag.trigger;

import io.arketic.rag.connection.RequestThreads;
import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.workflow.Workflow;
import io.arketic.rag.workflow.WorkflowAccess;
import io.arketic.rag.workflow.Workflows;
import io.arketic.schema.encryption.ColumnEncryption;
import io.arketic.schema.tenancy.TenantContext;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The table {@code workflow_hooks}. A delivery carries the time and an HMAC of time, name and body; older than five minutes it is
 * refused, and within them its name starts one run.
 */
@Component
class Hooks {

    /** Shown once. */
    record Made(String path, String secret) {}

    private record Stored(UUID id, UUID organizationId, UUID workflowId, String encrypted) {}

    private static final String COLUMN = "workflow_hooks.encrypted_key";
    private static final Duration WINDOW = Duration.ofMinutes(5);
    private static final Pattern SIGNATURE = Pattern.compile("t=(\\d{1,12}),v1=([0-9a-f]{64})");
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private final SecureRandom random = new SecureRandom();
    private final Transactions transactions;
    private final Identifiers identifiers;
    private final ColumnEncryption encryption;
    private final Workflows workflows;
    private final Deliveries deliveries;
    private final Clock clock;
    private final JsonMapper json;

    Hooks(
            Transactions transactions,
            Identifiers identifiers,
            ColumnEncryption encryption,
            Workflows workflows,
            Deliveries deliveries,
            Clock clock,
            JsonMapper json) {
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.encryption = encryption;
        this.workflows = workflows;
        this.deliveries = deliveries;
        this.clock = clock;
        this.json = json;
    }

    /** Another address and another secret; those before open nothing any longer. */
    Made make(WorkflowAccess access) {
        String token = text();
        String secret = text();
        UUID id = identifiers.next();
        transactions.execute(access.membership().context(), sql -> {
            sql.sql("DELETE FROM workflow_hooks WHERE workflow_id = :workflow")
                    .param("workflow", access.workflow().id())
                    .update();
            sql.sql("""
                            INSERT INTO workflow_hooks (id, workflow_id, token_hash, encrypted_key)
                            VALUES (:id, :workflow, :hash, :encrypted)""")
                    .param("id", id)
                    .param("workflow", access.workflow().id())
                    .param("hash", hash(token))
                    .param("encrypted", encryption.encrypt(secret, COLUMN, id))
                    .update();
        });
        return new Made("/api/v1/hooks/" + token, secret);
    }

    /** @return the run that it started, now or before */
    UUID deliver(String token, @Nullable String signature, String delivery, byte[] body) {
        Stored hook = transactions
                .single(sql -> sql.sql("SELECT * FROM open_workflow_hook(:hash)")
                        .param("hash", hash(token))
                        .query((row, number) -> new Stored(
                                row.getObject("id", UUID.class),
                                row.getObject("organization_id", UUID.class),
                                row.getObject("workflow_id", UUID.class),
                                String.valueOf(row.getString("encrypted_key"))))
                        .optional())
                .orElseThrow(() -> ProblemException.notFound("webhook"));
        requireSigned(encryption.decrypt(hook.encrypted(), COLUMN, hook.id()), signature, delivery, body);
        Map<String, Object> content;
        try {
            content = json.readValue(body, OBJECT);
        } catch (JacksonException none) {
            throw new ProblemException(ProblemReason.MALFORMED_REQUEST, "The body is no JSON object.", none);
        }
        RequestThreads.countApart("webhooks", hook.organizationId());
        Optional<UUID> run = transactions.run(TenantContext.ofOrganization(hook.organizationId()), sql -> {
            Workflow workflow = workflows.find(sql, hook.workflowId()).orElse(null);
            return workflow == null
                    ? Optional.<UUID>empty()
                    : deliveries.start(
                            sql,
                            workflow,
                            "hook/" + delivery,
                            Map.of("type", "webhook", "delivery", delivery, "body", content));
        });
        return run.orElseThrow(() -> ProblemException.notFound("webhook"));
    }

    private void requireSigned(String secret, @Nullable String signature, String delivery, byte[] body) {
        Matcher parts = SIGNATURE.matcher(signature == null ? "" : signature);
        if (!parts.matches()) {
            throw refusal("The signature is missing; it is t=SECONDS,v1=HMAC.");
        }
        Instant sent = Instant.ofEpochSecond(Long.parseLong(parts.group(1)));
        byte[] expected = hmac(secret, (parts.group(1) + "." + delivery + ".").getBytes(StandardCharsets.UTF_8), body);
        if (!MessageDigest.isEqual(expected, HexFormat.of().parseHex(parts.group(2)))) {
            throw refusal("The signature is not that of the delivery and its body.");
        }
        if (Duration.between(sent, clock.instant()).abs().compareTo(WINDOW) > 0) {
            throw refusal("The signature is older than five minutes.");
        }
    }

    private static ProblemException refusal(String detail) {
        return new ProblemException(ProblemReason.UNAUTHENTICATED, detail);
    }

    private static byte[] hmac(String secret, byte[] time, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update(time);
            return mac.doFinal(body);
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    private String text() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String hash(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
