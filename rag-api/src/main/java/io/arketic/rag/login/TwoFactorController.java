package io.arketic.rag.login;

import io.arketic.rag.account.AccountMails;
import io.arketic.rag.account.Accounts;
import io.arketic.rag.account.Credentials;
import io.arketic.rag.account.User;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.mail.Mail;
import io.arketic.rag.mail.MailComposer;
import io.arketic.rag.mail.MailQueue;
import io.arketic.rag.mail.MailValues;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.tenancy.TenantContext;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /auth/two-factor}: an authenticator app beside the password. */
@RestController
@RequestMapping("/api/v1/auth/two-factor")
@Tag(name = "Two-factor authentication")
class TwoFactorController implements MailComposer {

    private static final String CHANGED = "two-factor-changed";

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

            @Schema(example = "492039", description = "A code of the authenticator, or a recovery code.")
            @NotBlank
            @Size(max = 50)
            String code) {}

    record RecoveryCodeList(
            @Schema(
                    example = "[\"k3vd-x7qa-pm2c-6tzn\"]",
                    description = "Shown only this time. Each opens the account once if the authenticator is lost.")
            List<String> recoveryCodes) {}

    private final Transactions transactions;
    private final Reauthentication reauthentication;
    private final Credentials credentials;
    private final SecondFactors secondFactors;
    private final RecoveryCodes recoveryCodes;
    private final SessionProofs proofs;
    private final Accounts accounts;
    private final MailQueue queue;
    private final AccountMails mails;

    TwoFactorController(
            Transactions transactions,
            Reauthentication reauthentication,
            Credentials credentials,
            SecondFactors secondFactors,
            RecoveryCodes recoveryCodes,
            SessionProofs proofs,
            Accounts accounts,
            MailQueue queue,
            AccountMails mails) {
        this.transactions = transactions;
        this.reauthentication = reauthentication;
        this.credentials = credentials;
        this.secondFactors = secondFactors;
        this.recoveryCodes = recoveryCodes;
        this.proofs = proofs;
        this.accounts = accounts;
        this.queue = queue;
        this.mails = mails;
    }

    @Requires(Permission.ACCOUNT_OWN)
    @PostMapping("/enable")
    @Operation(
            summary = "Begin two-factor authentication",
            description =
                    "Returns the secret for the authenticator app; nothing changes until a code confirms " + "it.")
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
            description = "Requires a code of the app that has the secret. Returns the recovery codes.")
    RecoveryCodeList confirm(Caller caller, @Valid @RequestBody Confirmation confirmation) {
        List<String> codes = proved(caller, sql -> {
            requireTwoFactor(sql, caller, false);
            if (!secondFactors.acceptsTimeCode(sql, caller.userId(), confirmation.code())) {
                return Optional.empty();
            }
            secondFactors.enable(sql, caller.userId(), caller.session().id());
            tell(sql, caller, true);
            return Optional.of(recoveryCodes.renew(sql, caller.userId()));
        });
        return new RecoveryCodeList(codes);
    }

    @Requires(Permission.ACCOUNT_OWN)
    @PostMapping("/recovery-codes")
    @Operation(summary = "Create new recovery codes", description = "The old codes are invalid from now on.")
    RecoveryCodeList renew(Caller caller, @Valid @RequestBody Confirmation confirmation) {
        return new RecoveryCodeList(proved(caller, sql -> {
            requireTwoFactor(sql, caller, true);
            return secondFactors.acceptsTimeCode(sql, caller.userId(), confirmation.code())
                    ? Optional.of(recoveryCodes.renew(sql, caller.userId()))
                    : Optional.empty();
        }));
    }

    @Requires(Permission.ACCOUNT_OWN)
    @PostMapping("/disable")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Switch two-factor authentication off")
    void disable(Caller caller, @Valid @RequestBody Disabling disabling) {
        Credentials.Known known = reauthentication.prove(caller, disabling.password());
        proved(caller, sql -> {
            if (!credentials.stillOpen(sql, known)) {
                throw Reauthentication.refusal();
            }
            requireTwoFactor(sql, caller, true);
            if (!secondFactors.accepts(sql, caller.userId(), disabling.code())) {
                return Optional.empty();
            }
            secondFactors.disable(sql, caller.userId());
            tell(sql, caller, false);
            return Optional.of(true);
        });
    }

    /** Runs in one transaction of the caller; empty is a wrong code. */
    private <T> T proved(Caller caller, Function<JdbcClient, Optional<T>> work) {
        return proofs.attempt(caller, () -> transactions.run(TenantContext.ofUser(caller.userId()), work::apply))
                .orElseThrow(() -> ProblemException.ofField(ProblemReason.INVALID_INPUT, "code", "is not valid now"));
    }

    private static void requireTwoFactor(JdbcClient sql, Caller caller, boolean enabled) {
        boolean found = sql.sql("SELECT two_factor_enabled FROM users WHERE id = :id FOR UPDATE")
                .param("id", caller.userId())
                .query(Boolean.class)
                .single();
        if (found != enabled) {
            throw new ProblemException(
                    ProblemReason.CONFLICT, "Two-factor authentication is " + (found ? "on." : "off."));
        }
    }

    private void tell(JdbcClient sql, Caller caller, boolean enabled) {
        queue.sendComposed(
                sql, CHANGED, Map.of("user", caller.userId().toString(), "enabled", Boolean.toString(enabled)));
    }

    @Override
    public Map<String, Function<MailValues, Optional<Mail>>> composers() {
        return Map.of(
                CHANGED,
                values -> accounts.find(values.id("user"))
                        .map(user ->
                                mails.twoFactorChanged(user.email(), Boolean.parseBoolean(values.text("enabled")))));
    }
}
