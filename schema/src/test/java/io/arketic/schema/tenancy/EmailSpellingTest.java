package io.arketic.rag.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class EmailAddressTest {

    @Test
    void allSpellingsOfAnAddressAreOne() {
        for (String spelling : List.of(
                "x@münchen.example", " X@MÜNCHEN.Example ", "x@mu\u0308nchen.example", "x@xn--mnchen-3ya.example")) {
            assertThat(EmailAddress.normalise(spelling)).isEqualTo("x@xn--mnchen-3ya.example");
        }
        assertThat(EmailAddress.normalise("JO\u0308RG@Example.org")).isEqualTo("jörg@example.org");
    }

    @Test
    void twoDomainsStayTwo() {
        assertThat(EmailAddress.normalise("x@straße.example"))
                .isEqualTo("x@xn--strae-oqa.example")
                .isNotEqualTo(EmailAddress.normalise("x@strasse.example"));
    }

    @Test
    void whatIsNoAddressStaysAndNothingChangesTwice() {
        for (String text : List.of(
                "no address",
                "",
                "@",
                "x@",
                "x@[192.0.2.1]",
                "x@-ü-.example",
                "a@b@ö.example",
                "İ@example.org",
                "x@a..b")) {
            String once = EmailAddress.normalise(text);
            assertThat(EmailAddress.normalise(once)).as(text).isEqualTo(once);
        }
        assertThat(EmailAddress.normalise("no address")).isEqualTo("no address");
    }
}
