package io.arketic.rag.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.arketic.rag.problem.ProblemException;
import jakarta.validation.Validation;
import jakarta.validation.ValidatorFactory;
import jakarta.validation.constraints.Max;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

class MergePatchTest {

    private static final ValidatorFactory VALIDATORS = Validation.buildDefaultValidatorFactory();

    record Room(@Nullable String name, @Nullable @Max(100) Integer floorCount, Map<String, Object> extra) {}

    private final MergePatch patch = new MergePatch(
            JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .build(),
            VALIDATORS.getValidator());
    private final Room room = new Room("attic", 3, Map.of("colour", "green", "doors", 2));

    @AfterAll
    static void close() {
        VALIDATORS.close();
    }

    @Test
    void changesWhatIsGivenClearsWhatIsNullAndLeavesTheRest() {
        Map<String, Object> change = new HashMap<>();
        change.put("name", null);
        change.put("extra", Map.of("doors", 4));
        assertThat(patch.apply(room, change, Room.class))
                .isEqualTo(new Room(null, 3, Map.of("colour", "green", "doors", 4)));
    }

    @Test
    void namesTheFieldOfAWrongValue() {
        assertRefused(Map.of("floor_count", "many"), "floor_count");
        assertRefused(Map.of("floor_count", 101), "floor_count");
        assertRefused(Map.of("floor_count", "9".repeat(5000)), "floor_count");
    }

    private void assertRefused(Map<String, Object> change, String field) {
        assertThatThrownBy(() -> patch.apply(room, change, Room.class))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.body().toString()).contains(field));
    }
}
