package io.arketic.rag.signin;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Ends a sign-in with a reason that the sign-in page shows. */
final class SignInRefusal extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final int LONGEST = 500;

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
        /** The account has a role in the platform, which no organization's provider opens. */
        ACCOUNT_PRIVILEGED,
        /** The address has an account that is no member of the provider's organization; an admin invites it first. */
        NOT_A_MEMBER,
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
        super(printable(detail));
        this.reason = reason;
    }

    SignInRefusal(Reason reason, String detail, Throwable cause) {
        super(printable(detail), cause);
        this.reason = reason;
    }

    /** Keeps what others wrote from breaking a line of the log. */
    static String printable(@Nullable String text) {
        String plain = String.valueOf(text).replaceAll("[^\\x20-\\x7e]", "?");
        return plain.length() <= LONGEST ? plain : plain.substring(0, LONGEST);
    }

    Reason reason() {
        return reason;
    }
}
