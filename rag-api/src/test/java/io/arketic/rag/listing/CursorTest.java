package io.arketic.rag.listing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {

    @Test
    void comesBackAsItWentOut() {
        Cursor cursor = new Cursor(UUID.fromString("01890a5d-ac96-774b-bcce-b302099a8057"));
        assertThat(Cursor.parse(cursor.toString())).isEqualTo(cursor);
    }

    @Test
    void noneBeginsAtTheNewest() {
        assertThat(Cursor.parse(null)).isEqualTo(Cursor.parse(""));
        assertThat(Cursor.parse(null).after()).hasToString("ffffffff-ffff-ffff-ffff-ffffffffffff");
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "!!", "AAAA", "' or 1=1"})
    void refusesWhatNoListGaveOut(String text) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> Cursor.parse(text))
                .matches(problem -> problem.reason() == ProblemReason.INVALID_CURSOR);
    }

    @Test
    void aPageKnowsWhetherThereIsMore() {
        List<UUID> rows = List.of(new UUID(0, 3), new UUID(0, 2), new UUID(0, 1));
        assertThat(Page.of(rows, 3, id -> id).nextCursor()).isNull();
        Page<UUID> first = Page.of(rows, 2, id -> id);
        assertThat(first.items()).containsExactly(new UUID(0, 3), new UUID(0, 2));
        assertThat(Cursor.parse(first.nextCursor()).after()).isEqualTo(new UUID(0, 2));
    }
}
