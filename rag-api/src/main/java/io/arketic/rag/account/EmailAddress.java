package io.arketic.rag.account;

import io.arketic.schema.tenancy.EmailSpelling;

/** Normalises all spellings of one address. */
public final class EmailAddress {

    /** Matches a normalised address: a domain that is still not ASCII is invalid. */
    public static final String PATTERN = ".+@[\\p{ASCII}]+";

    private EmailAddress() {}

    /** Returns the stored spelling, as {@link EmailSpelling#stored} does. */
    public static String normalise(String address) {
        return EmailSpelling.stored(address);
    }
}
