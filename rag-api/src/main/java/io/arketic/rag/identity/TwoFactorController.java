package io.arketic.rag.identity;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.mail.MailQueue;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.TenantContext;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** {@code /auth/two-factor}: an authenticator app beside the password. */
@RestController
@RequestMapping("/api/v1/auth/two-factor")
@Tag(name = "Two-factor authentication")
class TwoFactorController {

    record Enabling(
            @Schema(example = "correct horse battery") @NotBlank @Size(max = 200)
            String password) {}

    record Enrollment(
            @Schema(example = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", description = "For typing, in Base32.")
            String secret,

            @Schema(
                    example = "otpauth://totp/Arketic:ada%40example.org?secret=JBSWY3DPEHPK3PXP&issuer=Arketic",
                    description = "For a QR code.")
            String otpauthUri) {}

    record Confirmation(
            @Schema(example = "492039") @NotBlank @Size(max = 50)
            String code) {}

    record Disabling(
            @Schema(example = "correct horse battery") @NotBlank @Size(max = 200)
            String password,

            @Schema(example = "492039", description = "Of the authenticator, or a recovery code.")
            @NotBlank
            @Size(max = 50)
            String code) {}

    record RecoveryCodeList(
            @Schema(
                    example = "[\"k3vd-x7qa-pm2c-6tzn\"]",
                    description = "Shown this once. Each opens the account once where the authenticator is lost.")
            List<String> recoveryCodes) {}

    private record Standing(boolean enabled, Duration locked) {}

    private final Transactions transactions;
    private final Reauthentication reauthentication;
    private final Credentials credentials;
    private final SecondFactors secondFactors;
    private final RecoveryCodes recoveryCodes;
    private final FailedLogins failures;
    private final Accounts accounts;
    private final MailQueue queue;
    private final AccountMails mails;

    TwoFactorController(
            Transactions transactions,
            Reauthentication reauthentication,
            Credentials credentials,
            SecondFactors secondFactors,
            RecoveryCodes recoveryCodes,
            FailedLogins failures,
            Accounts accounts,
            MailQueue queue,
            AccountMails mails) {
        this.transactions = transactions;
        this.reauthentication = reauthentication;
        this.credentials = credentials;
        this.secondFactors = secondFactors;
        this.recoveryCodes = recoveryCodes;
        this.failures = failures;
        this.accounts = accounts;
        this.queue = queue;
        this.mails = mails;
    }

    @Requires(Permission.ACCOUNT_OWN)
    @PostMapping("/enable")
    @Operation(
            summary = "Begin two-factor authentication",
            description = "Gives the secret for the authenticator app; nothing changes until a code confirms it.")
    Enrollment enable(Caller caller, @Valid @RequestBody Enabling enabling) {
        Credentials.Known known = reauthentication.prove(caller, enabling.password());
        String secret = transactions.run(TenantContext.ofUser(caller.userId()), sql -> {
            if (!credentials.stillOpen(sql, known)) {
                throw Reauthentication.refusal();
            }
            if (known.twoFactor()) {
                throw new ProblemException(ProblemReason.CONFLICT, "Two-factor authentication is on already.");
            }
            return secondFactors.begin(sql, caller.userId());
        });
        String email = accounts.find(caller.userId()).map(User::email).orElseThrow();
        return new Enrollment(secret, SecondFactors.uri(email, secret));
    }

    @Requires(Permission.ACCOUNT_OWN)
    @PostMapping("/confirm")
    @Operation(
            summary = "Switch two-factor authentication on",
            description = "With a code of the app that was given the secret. Gives the recovery codes.")
    RecoveryCodeList confirm(Caller caller, @Valid @RequestBody Confirmation confirmation) {
        List<String> codes = transactions.run(TenantContext.ofUser(caller.userId()), sql -> {
            requireTwoFactor(sql, caller, false);
            if (!secondFactors.acceptsTimeCode(sql, caller.userId(), confirmation.code())) {
                return List.of();
            }
            secondFactors.enable(sql, caller.userId(), caller.session().id());
            return recoveryCodes.renew(sql, caller.userId());
        });
        if (codes.isEmpty()) {
            throw wrongCode(caller);
        }
        tell(caller, true);
        return new RecoveryCodeList(codes);
    }

    @Requires(Permission.ACCOUNT_OWN)
    @PostMapping("/recovery-codes")
    @Operation(summary = "Make new recovery codes", description = "The old ones open nothing from now on.")
    RecoveryCodeList renew(Caller caller, @Valid @RequestBody Confirmation confirmation) {
        List<String> codes = transactions.run(TenantContext.ofUser(caller.userId()), sql -> {
            requireTwoFactor(sql, caller, true);
            return secondFactors.acceptsTimeCode(sql, caller.userId(), confirmation.code())
                    ? recoveryCodes.renew(sql, caller.userId())
                    : List.of();
        });
        if (codes.isEmpty()) {
            throw wrongCode(caller);
        }
        return new RecoveryCodeList(codes);
    }

    @Requires(Permission.ACCOUNT_OWN)
    @PostMapping("/disable")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Switch two-factor authentication off")
    void disable(Caller caller, @Valid @RequestBody Disabling disabling) {
        Credentials.Known known = reauthentication.prove(caller, disabling.password());
        boolean done = transactions.run(TenantContext.ofUser(caller.userId()), sql -> {
            if (!credentials.stillOpen(sql, known)) {
                throw Reauthentication.refusal();
            }
            requireTwoFactor(sql, caller, true);
            if (!secondFactors.accepts(sql, caller.userId(), disabling.code())) {
                return false;
            }
            secondFactors.disable(sql, caller.userId());
            return true;
        });
        if (!done) {
            throw wrongCode(caller);
        }
        tell(caller, false);
    }

    private static void requireTwoFactor(JdbcClient sql, Caller caller, boolean enabled) {
        Standing found = sql.sql("""
                        SELECT two_factor_enabled,
                               coalesce(extract(epoch FROM locked_until - now()), 0) AS locked_seconds
                        FROM users WHERE id = :id FOR UPDATE""")
                .param("id", caller.userId())
                .query((row, number) -> new Standing(
                        row.getBoolean("two_factor_enabled"), Duration.ofSeconds(row.getLong("locked_seconds"))))
                .single();
        if (found.locked().compareTo(Duration.ZERO) > 0) {
            // A session alone must not be enough to try all codes.
            throw ProblemException.tooManyRequests("Too many wrong codes; the account is locked.", found.locked());
        }
        if (found.enabled() != enabled) {
            throw new ProblemException(
                    ProblemReason.CONFLICT, "Two-factor authentication is " + (found.enabled() ? "on." : "off."));
        }
    }

    private ProblemException wrongCode(Caller caller) {
        failures.note(caller.userId());
        return ProblemException.ofField(ProblemReason.INVALID_INPUT, "code", "is not valid now");
    }

    private void tell(Caller caller, boolean enabled) {
        queue.sendComposed(
                () -> accounts.find(caller.userId()).map(user -> mails.twoFactorChanged(user.email(), enabled)));
    }
}
