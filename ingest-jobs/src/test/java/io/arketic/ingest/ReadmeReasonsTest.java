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

/** Holds the README's list of reasons for a dead file against the reasons that the code has. */
class ReadmeReasonsTest {

    private static final String BEGIN = "<!-- reasons: generated -->\n";
    private static final String END = "<!-- reasons: end -->";
    private static final String COMMAND =
            "mvn -pl ingest-jobs -am test -Dtest=ReadmeReasonsTest -Dsurefire.failIfNoSpecifiedTests=false -Dreadme=write";

    @Test
    void theReadmeListsEveryReasonThatTheLedgerMayHold() throws IOException {
        Path readme = readme();
        String text = Files.readString(readme);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        assertThat(begin).as("README.md holds " + BEGIN).isNotNegative();
        assertThat(end).as("README.md holds " + END).isGreaterThan(begin);
        String list = text.substring(begin + BEGIN.length(), end);
        if (System.getProperty("readme", "").equals("write")) {
            list = list();
            Files.writeString(readme, text.substring(0, begin + BEGIN.length()) + list + text.substring(end));
        }
        assertThat(list).as("the README's list; to write it: " + COMMAND).isEqualTo(list());
    }

    private static String list() {
        Set<String> ofFiles = names(ExtractionException.Reason.values());
        Set<String> others = names(DeadObjectException.Reason.values());
        others.removeAll(ofFiles);
        return "- of the file: " + marked(ofFiles)
                + "\n- of its key, the store, the model, the organization, the database: " + marked(others) + "\n";
    }

    private static Set<String> names(Enum<?>[] reasons) {
        return Stream.of(reasons).map(Enum::name).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static String marked(Set<String> names) {
        return names.stream().map(name -> "`" + name + "`").collect(Collectors.joining(" "));
    }

    private static Path readme() {
        Path here = Path.of("README.md");
        return Files.exists(here) ? here : Path.of("..", "README.md");
    }
}
