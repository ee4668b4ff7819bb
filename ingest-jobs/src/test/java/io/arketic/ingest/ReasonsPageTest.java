package io.arketic.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.extractors.ExtractionException;
import io.arketic.ingest.flow.DeadObjectException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares the page of reasons for a dead file with the reasons in the code. */
class ReasonsPageTest {

    private static final Path PAGE = Path.of("../infra/docs/reasons.md");
    private static final String BEGIN = "<!-- reasons: generated -->\n";
    private static final String END = "<!-- reasons: end -->";
    private static final String COMMAND =
            "mvn -pl ingest-jobs -am test -Dtest=ReasonsPageTest -Dsurefire.failIfNoSpecifiedTests=false -Dpages=write";

    @Test
    void thePageListsEveryReasonInTheLedger() throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END);
        assertThat(begin).as(PAGE + " contains " + BEGIN).isNotNegative();
        assertThat(end).as(PAGE + " contains " + END).isGreaterThan(begin);
        String list = page.substring(begin + BEGIN.length(), end);
        if (System.getProperty("pages", "").equals("write")) {
            list = list();
            Files.writeString(PAGE, page.substring(0, begin + BEGIN.length()) + list + page.substring(end));
        }
        assertThat(list).as("to write the list: " + COMMAND).isEqualTo(list());
    }

    private static String list() {
        Set<String> ofFiles = names(ExtractionException.Reason.values());
        Set<String> others = names(DeadObjectException.Reason.values());
        others.removeAll(ofFiles);
        return "- The file is the cause: " + marked(ofFiles)
                + "\n- Its key, the store, the model, the organization or the database is the cause: " + marked(others)
                + "\n";
    }

    private static Set<String> names(Enum<?>[] reasons) {
        return Stream.of(reasons).map(Enum::name).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static String marked(Set<String> names) {
        return names.stream().map(name -> "`" + name + "`").collect(Collectors.joining(" "));
    }
}
