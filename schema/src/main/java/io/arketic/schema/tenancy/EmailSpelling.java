package io.arketic.schema.tenancy;

import com.ibm.icu.text.IDNA;
import java.text.Normalizer;
import java.util.Locale;

/** Converts all spellings of one email address to the one that the database stores. */
public final class EmailSpelling {

    /** Converts domains by UTS #46 like browsers: "straße" stays another name than "strasse". */
    private static final IDNA DOMAINS =
            IDNA.getUTS46Instance(IDNA.NONTRANSITIONAL_TO_ASCII | IDNA.CHECK_BIDI | IDNA.CHECK_CONTEXTJ);

    private EmailSpelling() {}

    /**
     * Removes surrounding blanks and converts to lower case and NFC, and the domain to ASCII (IDNA); idempotent. A
     * domain that IDNA does not allow stays unchanged.
     */
    public static String stored(String address) {
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
