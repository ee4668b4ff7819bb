package io.arketic.rag.notification;

import io.arketic.rag.caller.SecurityProperties;
import io.arketic.rag.deployment.PublicAddress;
import io.arketic.rag.deployment.Transactions;
import io.arketic.schema.tenancy.TenantContext;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import org.springframework.stereotype.Component;

/**
 * Ends the mails of a user's notifications by the address in one of them, without a sign-in. The address is the user's id and
 * its HMAC: it is not stored, opens nothing else, and stays good, because old mails keep their buttons.
 */
@Component
class MailSwitch {

    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{64}");
    private static final int ID_BYTES = 16;
    private static final String ALGORITHM = "HmacSHA256";

    private final Transactions transactions;
    private final PublicAddress address;
    private final SecretKey key;

    MailSwitch(Transactions transactions, PublicAddress address, SecurityProperties security) {
        this.transactions = transactions;
        this.address = address;
        this.key = security.key();
    }

    /** Returns the address that ends the user's mails by a POST. */
    String address(UUID userId) {
        return address.of("/api/v1/notification-mails/" + token(userId));
    }

    /** Returns the user that the token names; empty if it is not ours. */
    Optional<UUID> user(String token) {
        if (!TOKEN.matcher(token).matches()) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(token));
        UUID named = new UUID(bytes.getLong(), bytes.getLong());
        boolean ours = MessageDigest.isEqual(
                token(named).getBytes(StandardCharsets.US_ASCII), token.getBytes(StandardCharsets.US_ASCII));
        return ours ? Optional.of(named) : Optional.empty();
    }

    /** Returns the language of the user's profile. */
    String language(UUID userId) {
        return transactions.run(
                TenantContext.ofUser(userId),
                sql -> sql.sql("SELECT language FROM user_profiles WHERE user_id = :user")
                        .param("user", userId)
                        .query(String.class)
                        .optional()
                        .orElse("en"));
    }

    /** Switches the mails off, as {@code custom_settings.notifications.mail = off} does; repeating it changes nothing. */
    void end(UUID userId) {
        transactions.execute(
                TenantContext.ofUser(userId),
                sql -> sql.sql("""
                        UPDATE user_preferences
                        SET custom_settings = custom_settings || jsonb_build_object(
                            'notifications', custom_settings -> 'notifications' || '{"mail": "off"}')
                        WHERE user_id = :user AND custom_settings #>> '{notifications,mail}' <> 'off'""").param("user", userId).update());
    }

    private String token(UUID userId) {
        ByteBuffer id = ByteBuffer.allocate(ID_BYTES);
        id.putLong(userId.getMostSignificantBits()).putLong(userId.getLeastSignificantBits());
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            byte[] signature = mac.doFinal(("notification mails\n" + userId).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(ByteBuffer.allocate(ID_BYTES + signature.length)
                            .put(id.array())
                            .put(signature)
                            .array());
        } catch (NoSuchAlgorithmException | InvalidKeyException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
