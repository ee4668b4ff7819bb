package io.arketic.rag.signin;

import java.util.Locale;

/** Ends a sign-in with a reason that the sign-in page shows. */
final class SignInRefusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Names why a sign-in failed, in the parameter {@code problem} of the page's address. */
    enum Reason {
        /** The browser did not begin this sign-in here, or too long ago. */
        EXPIRED,
        /** The provider does not answer, or not as OpenID Connect says. */
        PROVIDER_UNAVAILABLE,
        /** The provider refused, or the user cancelled. */
        PROVIDER_REFUSED,
        /** The provider's token is not valid for this sign-in. */
        TOKEN_INVALID,
        /** The provider does not say that the address is the user's. */
        ADDRESS_UNVERIFIED,
        /** The provider does not vouch for addresses of this domain. */
        ADDRESS_OF_OTHERS,
        /** The address has an account that another user of the provider is linked to. */
        ADDRESS_OCCUPIED,
        /** The account is suspended. */
        ACCOUNT_UNUSABLE,
        /** The address has no account, and the provider makes none. */
        NO_ACCOUNT,
        /** The organization gives the user no membership. */
        NO_MEMBERSHIP,
        /** The organization has as many members as it may. */
        ORGANIZATION_FULL,
        /** Too many sign-ins are under way. */
        BUSY;

        String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final Reason reason;

    SignInRefusal(Reason reason, String detail) {
        super(detail);
        this.reason = reason;
    }

    SignInRefusal(Reason reason, String detail, Throwable cause) {
        super(detail, cause);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }
}
