package io.arketic.rag.knowledge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class FailureAdviceTest {

    private static final Pattern LIST =
            Pattern.compile("<!-- reasons: generated -->(.*)<!-- reasons: end -->", Pattern.DOTALL);

    /** The README's list is made from the ingest job, which the API does not see. */
    @Test
    void thereIsAdviceForEveryReasonOfTheReadme() throws IOException {
        Path here = Path.of("README.md");
        String readme = Files.readString(Files.exists(here) ? here : Path.of("..", "README.md"));
        List<String> reasons = LIST.matcher(readme)
                .results()
                .flatMap(list ->
                        Pattern.compile("`([A-Z_]+)`").matcher(list.group(1)).results())
                .map(reason -> reason.group(1))
                .toList();
        assertThat(reasons).hasSizeGreaterThan(20).allMatch(FailureAdvice::knows);
    }
}
