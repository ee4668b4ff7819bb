package io.arketic.rag.identity;

import java.text.Normalizer;
import java.util.Locale;

/** Makes two spellings of one address equal. */
final class EmailAddress {

    private EmailAddress() {}

    /** Without blanks around it, in lower case and Unicode NFC; idempotent. */
    static String normalise(String address) {
        return Normalizer.normalize(address.strip().toLowerCase(Locale.ROOT), Normalizer.Form.NFC);
    }
}
