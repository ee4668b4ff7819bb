package io.arketic.rag.signin;

import io.arketic.rag.account.ProviderAccounts;
import io.arketic.rag.account.ProviderAccounts.Found;
import io.arketic.rag.account.ProviderAccounts.Link;
import io.arketic.rag.caller.SystemRole;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.login.ProviderLogins;
import io.arketic.rag.login.Tokens;
import io.arketic.rag.organization.ProvisionedMembers;
import io.arketic.rag.organization.ProvisionedMembers.Entitlement;
import io.arketic.rag.permission.Role;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.signin.SignInRefusal.Reason;
import io.arketic.schema.tenancy.OrganizationLimit;
import io.arketic.schema.tenancy.TenantContext;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.stereotype.Component;

/** Finds or makes the account of a provider's user, gives it what the claims say, and opens its session. */
@Component
class SignIns {

    /** Says how a sign-in ended. */
    sealed interface Outcome {

        record Opened(Tokens tokens) implements Outcome {}

        /** The account has a second factor of its own. */
        record NeedsCode() implements Outcome {}

        /** The claims ended the membership, or an admin did. */
        record NoMembership() implements Outcome {}
    }

    private final Transactions transactions;
    private final ProviderAccounts accounts;
    private final ProvisionedMembers members;
    private final ProviderLogins logins;

    SignIns(Transactions transactions, ProviderAccounts accounts, ProvisionedMembers members, ProviderLogins logins) {
        this.transactions = transactions;
        this.accounts = accounts;
        this.members = members;
        this.logins = logins;
    }

    /** @throws SignInRefusal where the user gets no session */
    Outcome signIn(Provider provider, Identified identified, HttpServletRequest request) {
        Outcome outcome;
        try {
            outcome = attempt(provider, identified, request);
        } catch (DuplicateKeyException | OptimisticLockingFailureException raced) {
            // Another sign-in made the account or the link meanwhile, or confirmed the address.
            outcome = again(provider, identified, request);
        }
        if (outcome instanceof Outcome.NoMembership) {
            throw noMembership();
        }
        return outcome;
    }

    private Outcome again(Provider provider, Identified identified, HttpServletRequest request) {
        try {
            return attempt(provider, identified, request);
        } catch (DuplicateKeyException | OptimisticLockingFailureException raced) {
            throw new SignInRefusal(Reason.ADDRESS_OCCUPIED, "Others change the account at the same time", raced);
        }
    }

    private static SignInRefusal noMembership() {
        return new SignInRefusal(Reason.NO_MEMBERSHIP, "The organization gives the user no membership");
    }

    private Outcome attempt(Provider provider, Identified identified, HttpServletRequest request) {
        Link link = link(provider, identified.origin().subject());
        Optional<Found> found = accounts.find(link, identified.email());
        found.ifPresentOrElse(
                account -> requireUsable(provider, account, identified), () -> requireNew(provider, identified));
        boolean claimed = found.isPresent() && !found.get().verified();
        boolean isNew = found.isEmpty() || claimed;
        String password = isNew ? accounts.unknownPassword() : "";
        UUID userId = found.map(Found::userId).orElseGet(accounts::newId);
        UUID organization = provider.organizationId();
        TenantContext context =
                organization == null ? TenantContext.ofUser(userId) : TenantContext.of(organization, userId);
        boolean needsCode = found.isPresent() && !claimed && found.get().secondFactor();
        try {
            return transactions.run(context, sql -> {
                if (found.isEmpty()) {
                    accounts.add(sql, userId, person(identified), password);
                } else if (claimed) {
                    accounts.claim(sql, userId, password);
                }
                accounts.link(sql, userId, link);
                if (organization != null
                        && !members.apply(sql, organization, userId, entitlement(provider, identified))) {
                    if (isNew) {
                        throw noMembership();
                    }
                    // What the claims took away is committed.
                    return new Outcome.NoMembership();
                }
                return needsCode
                        ? new Outcome.NeedsCode()
                        : new Outcome.Opened(logins.open(sql, userId, identified.origin(), request));
            });
        } catch (DataAccessException failure) {
            if (OrganizationLimit.refusing(failure).isPresent()) {
                throw new SignInRefusal(Reason.ORGANIZATION_FULL, "The organization's limit is reached", failure);
            }
            throw failure;
        }
    }

    /** Continues a sign-in with the code of the account's second factor. */
    Tokens signIn(Provider provider, SignInStates.Vouched vouched, String code, HttpServletRequest request) {
        Found account = accounts.find(link(provider, vouched.origin().subject()), null)
                .filter(Found::usable)
                .filter(found -> provider.vouchesFor(found.email()) && !privileged(provider, found))
                .orElseThrow(() -> new ProblemException(
                        ProblemReason.TOKEN_INVALID, "The sign-in is no longer valid; begin again."));
        return logins.open(account.email(), account.userId(), vouched.origin(), code, request);
    }

    private static void requireUsable(Provider provider, Found account, Identified identified) {
        if (!account.usable()) {
            throw new SignInRefusal(Reason.ACCOUNT_UNUSABLE, "The account is suspended");
        }
        if (account.occupied()) {
            throw new SignInRefusal(
                    Reason.ADDRESS_OCCUPIED, "Another user of the provider is linked to " + account.userId());
        }
        if (!provider.vouchesFor(account.email())) {
            throw new SignInRefusal(
                    Reason.ADDRESS_OF_OTHERS, "The provider does not vouch for the domain of " + account.userId());
        }
        if (privileged(provider, account)) {
            throw new SignInRefusal(
                    Reason.ACCOUNT_PRIVILEGED,
                    account.userId() + " is " + account.role().label());
        }
        if (provider.organizationId() != null && !account.linked() && !account.member()) {
            throw new SignInRefusal(Reason.NOT_A_MEMBER, account.userId() + " is no member of the organization");
        }
        if (!account.verified() && !account.email().equals(identified.email())) {
            throw new SignInRefusal(Reason.ADDRESS_UNVERIFIED, "The address of the linked account is not confirmed");
        }
        if (!account.verified() && (account.secondFactor() || account.role() != SystemRole.USER)) {
            throw new SignInRefusal(
                    Reason.ADDRESS_UNVERIFIED, account.userId() + " never confirmed its address, and is protected");
        }
    }

    /** Returns whether the account may do more in the platform than the organization may give. */
    private static boolean privileged(Provider provider, Found account) {
        return provider.organizationId() != null
                && (account.role() == SystemRole.ADMIN || account.role() == SystemRole.SUPER_ADMIN);
    }

    private static void requireNew(Provider provider, Identified identified) {
        String email = identified.email();
        if (email == null) {
            throw new SignInRefusal(Reason.ADDRESS_UNVERIFIED, "The token has no verified address");
        }
        if (!provider.vouchesFor(email)) {
            throw new SignInRefusal(Reason.ADDRESS_OF_OTHERS, "The provider does not vouch for the address's domain");
        }
        if (!provider.createsAccounts()) {
            throw new SignInRefusal(Reason.NO_ACCOUNT, "The address has no account");
        }
    }

    private static Link link(Provider provider, String subject) {
        return new Link(provider.id(), provider.issuer(), subject);
    }

    private static ProviderAccounts.Person person(Identified identified) {
        String email = String.valueOf(identified.email());
        String first = identified.firstName();
        return new ProviderAccounts.Person(
                email,
                first.isEmpty() ? email.substring(0, Math.min(100, email.indexOf('@'))) : first,
                identified.lastName());
    }

    private static Entitlement entitlement(Provider provider, Identified identified) {
        ClaimRules rules = provider.rules();
        if (rules == null) {
            throw new IllegalStateException(provider + " has no rules");
        }
        @Nullable Role role = rules.role(identified.claims()).orElse(null);
        return new Entitlement(
                role,
                rules.roleClaim() != null,
                rules.groups(identified.claims()).orElse(null));
    }
}
