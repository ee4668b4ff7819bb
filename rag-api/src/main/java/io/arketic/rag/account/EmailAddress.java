package io.arketic.rag.account;

import com.ibm.icu.text.IDNA;
import java.text.Normalizer;
import java.util.Locale;

/** Makes all spellings of one address equal. */
public final class EmailAddress {

    /** Of an address that is normalised: a domain that is still not ASCII is none. */
    public static final String PATTERN = ".+@[\\p{ASCII}]+";

    /** UTS #46 as browsers use it: "straße" stays another name than "strasse". */
    private static final IDNA DOMAINS =
            IDNA.getUTS46Instance(IDNA.NONTRANSITIONAL_TO_ASCII | IDNA.CHECK_BIDI | IDNA.CHECK_CONTEXTJ);

    private EmailAddress() {}

    /**
     * Without blanks around it, in lower case and NFC, its domain in ASCII (IDNA); idempotent. A domain that IDNA does
     * not allow stays as it is.
     */
    public static String normalise(String address) {
        String plain = Normalizer.normalize(
                Normalizer.normalize(address.strip(), Normalizer.Form.NFC).toLowerCase(Locale.ROOT),
                Normalizer.Form.NFC);
        int at = plain.lastIndexOf('@');
        StringBuilder domain = new StringBuilder();
        IDNA.Info info = new IDNA.Info();
        DOMAINS.nameToASCII(plain.substring(at + 1), domain, info);
        return at < 0 || info.hasErrors() ? plain : plain.substring(0, at + 1) + domain;
    }
}
