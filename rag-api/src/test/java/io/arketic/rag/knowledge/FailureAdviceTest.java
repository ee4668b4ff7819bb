package io.arketic.rag.knowledge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Compares the page of reasons with the advice of the API. */
class FailureAdviceTest {

    private static final Path PAGE = Path.of("../infra/docs/reasons.md");
    private static final Pattern LIST =
            Pattern.compile("<!-- reasons: generated -->(.*)<!-- reasons: end -->", Pattern.DOTALL);
    private static final String BEGIN = "<!-- advice: generated -->\n";
    private static final String END = "<!-- advice: end -->";
    private static final String COMMAND =
            "mvn -pl rag-api -am test -Dtest=FailureAdviceTest -Dsurefire.failIfNoSpecifiedTests=false -Dpages=write";

    /** The list is generated from the ingest job, which the API cannot read. */
    @Test
    void thereIsAdviceForEveryReasonOfThePage() throws IOException {
        List<String> reasons = LIST.matcher(Files.readString(PAGE))
                .results()
                .flatMap(list ->
                        Pattern.compile("`([A-Z_]+)`").matcher(list.group(1)).results())
                .map(reason -> reason.group(1))
                .toList();
        assertThat(reasons).hasSizeGreaterThan(20).allMatch(FailureAdvice::knows);
    }

    @Test
    void thePageShowsTheAdviceOfTheApi() throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END);
        assertThat(begin).as(PAGE + " contains " + BEGIN).isNotNegative();
        assertThat(end).as(PAGE + " contains " + END).isGreaterThan(begin);
        String table = page.substring(begin + BEGIN.length(), end);
        if (System.getProperty("pages", "").equals("write")) {
            table = table();
            Files.writeString(PAGE, page.substring(0, begin + BEGIN.length()) + table + page.substring(end));
        }
        assertThat(table).as("to write the table: " + COMMAND).isEqualTo(table());
    }

    private static String table() {
        StringBuilder table = new StringBuilder("| reason | advice |\n|---|---|\n");
        for (String reason : FailureAdvice.reasons().split(", ")) {
            table.append("| `%s` | %s |\n".formatted(reason, FailureAdvice.of(reason)));
        }
        return table.toString();
    }
}
