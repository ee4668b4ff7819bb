package io.arketic.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ServerStateTest {

    @Test
    void theLaterTimelineIsChosenWhateverTheState() {
        assertChosen(state("in archive recovery", 2, 0), state("in production", 1, 0));
        assertChosen(state("shut down in recovery", 2, 0), state("shut down", 1, 0));
        assertChosen(state("in crash recovery", 2, 0), state("in production", 1, 0));
    }

    @Test
    void aPromotionCountsBeforeItsFirstCheckpoint() {
        assertChosen(state("in production", 1, 2), state("in production", 1, 0));
        assertChosen(state("in archive recovery", 1, 2), state("in production", 1, 0));
    }

    @Test
    void thePrimaryIsChosenOnTheSameTimeline() {
        assertChosen(state("in production", 2, 0), state("in archive recovery", 2, 2));
        assertChosen(state("shut down", 2, 0), state("shut down in recovery", 1, 2));
    }

    @Test
    void aCopyInProgressIsNeverChosen() {
        // The control file of a copy is that of the primary, also of a later one.
        ServerState copy = ServerState.of(Path.of("copy"), control("in production", 2, 0), true);
        assertChosen(state("in production", 2, 0), copy);
        assertChosen(state("in archive recovery", 1, 1), copy);
        ServerState missing = new ServerState(Path.of("missing"), false, 0, false);
        assertChosen(state("shut down in recovery", 1, 1), missing);
        assertRefused(copy, missing);
    }

    @Test
    void nothingIsChosenWhereTheDataDoNotTell() {
        assertRefused(state("in production", 2, 0), state("shut down", 2, 0));
        assertRefused(state("in archive recovery", 2, 0), state("shut down in recovery", 2, 0));
        assertRefused(state("in crash recovery", 1, 2), state("in archive recovery", 1, 2));
    }

    private static void assertChosen(ServerState one, ServerState other) {
        assertThat(one.isLaterThan(other)).isTrue();
        assertThat(other.isLaterThan(one)).isFalse();
    }

    private static void assertRefused(ServerState one, ServerState other) {
        assertThatThrownBy(() -> one.isLaterThan(other))
                .isInstanceOf(ServiceException.class)
                .hasMessageContaining(String.valueOf(other.data()));
        assertThatThrownBy(() -> other.isLaterThan(one)).isInstanceOf(ServiceException.class);
    }

    private static ServerState state(String state, long checkpoint, long recovery) {
        return ServerState.of(Path.of("data"), control(state, checkpoint, recovery), false);
    }

    private static String control(String state, long checkpoint, long recovery) {
        return """
                pg_control version number:            1300
                Database cluster state:               %s
                Latest checkpoint location:           0/3000148
                Latest checkpoint's TimeLineID:       %d
                Latest checkpoint's PrevTimeLineID:   1
                Minimum recovery ending location:     0/0
                Min recovery ending loc's timeline:   %d
                """.formatted(state, checkpoint, recovery);
    }
}
