package io.arketic.rag.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ProblemReasonTest {

    @Test
    void eachHasATypeOfItsOwn() {
        assertThat(Arrays.stream(ProblemReason.values()).map(ProblemReason::type))
                .doesNotHaveDuplicates();
        assertThat(ProblemReason.EMAIL_TAKEN.type()).hasToString("urn:arketic:problem:email-taken");
        assertThat(ProblemReason.INVALID_INPUT.status().value()).isEqualTo(422);
        assertThat(ProblemReason.TOO_LARGE.status().value()).isEqualTo(413);
    }

    @Test
    void aFieldIsNamed() {
        var body = ProblemException.ofField(ProblemReason.INVALID_INPUT, "chunk_size", "is wrong")
                .body();
        assertThat(body.getProperties()).containsKey("errors");
        assertThat(body.getDetail()).contains("chunk_size");
    }
}
