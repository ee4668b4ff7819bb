package io.arketic.extractors.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.extractors.assembly.TextAssembler;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DelimitedRowsTest {

    @Test
    void theDelimiterIsTheOneThatMakesRowsAlike() {
        assertThat(table("price;size\n1,5;2,5\n3,5;4,5\n")).startsWith("| price | size |");
        assertThat(table("a|b\n1,2,3|x;y\n4|5\n")).startsWith("| a | b |");
        assertThat(table("Report, spring\n\nname\tage\nAda\t36\nBob\t41\n")).contains("| Ada | 36 |");
        assertThat(table("only one column\nwith words; here\n")).contains("| with words; here |");
    }

    @Test
    void aQuoteThatIsNotClosedIsACharacterOfItsCell() {
        assertThat(table("a;b\n1;\"open\n2;x\n3;\"closed; yes\"\n"))
                .isEqualTo("| a | b |\n| --- | --- |\n| 1 | \"open |\n| 2 | x |\n| 3 | closed; yes |");
    }

    @Test
    void quotesThatAProgramForgotToDoubleEndOnTheirLine() {
        assertThat(table("a;b\n1;\"the \"red\" valve; big\"\n2;x\n"))
                .contains("| 1 | the \"red\" valve; big |\n| 2 | x |");
    }

    @Test
    void linesThatAreAllRecordsAreNoCell() {
        assertThat(table("a;b;c\n1;\"x;y\n2;z;10\"\n3;u;v\n")).contains("| 2 | z | 10\" |");
    }

    @Test
    void hostileQuotesCostTimeByTheirLengthAlone() {
        Random random = new Random(7);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 400_000; i++) {
            text.append(";\"\n a".charAt(random.nextInt(5)));
        }
        assertThat(table(text + ";\"".repeat(100_000))).isNotEmpty();
    }

    private static String table(String text) {
        TextAssembler out = new TextAssembler(10_000_000);
        DelimitedRows.write(text, out);
        return out.text();
    }
}
