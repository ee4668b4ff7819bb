package io.arketic.schema.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class EmailSpellingTest {

    @Test
    void allSpellingsOfAnAddressAreOne() {
        for (String spelling : List.of(
                "x@münchen.example", " X@MÜNCHEN.Example ", "x@mu\u0308nchen.example", "x@xn--mnchen-3ya.example")) {
            assertThat(EmailSpelling.stored(spelling)).isEqualTo("x@xn--mnchen-3ya.example");
        }
        assertThat(EmailSpelling.stored("JO\u0308RG@Example.org")).isEqualTo("jörg@example.org");
    }

    @Test
    void twoDomainsStayTwo() {
        assertThat(EmailSpelling.stored("x@straße.example"))
                .isEqualTo("x@xn--strae-oqa.example")
                .isNotEqualTo(EmailSpelling.stored("x@strasse.example"));
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
            String once = EmailSpelling.stored(text);
            assertThat(EmailSpelling.stored(once)).as(text).isEqualTo(once);
        }
        assertThat(EmailSpelling.stored("no address")).isEqualTo("no address");
    }
}
