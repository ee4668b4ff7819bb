package io.arketic.ingest.object;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LookLimitTest {

    private final LookLimit limit = new LookLimit();

    @Test
    void aVersionIsLookedAtSixTimes() {
        for (int looks = 1; looks <= 5; looks++) {
            limit.begin("version");
            assertThat(limit.isLastOfVersion()).as("look %d", looks).isFalse();
            assertThat(limit.isReached()).isFalse();
        }
        limit.begin("version");
        assertThat(limit.isLastOfVersion()).isTrue();
    }

    @Test
    void aChangedVersionBeginsAtOneAgain() {
        for (int looks = 1; looks <= 5; looks++) {
            limit.begin("version");
        }
        limit.begin("another");
        assertThat(limit.isLastOfVersion()).isFalse();
        assertThat(limit.isReached()).isFalse();
    }

    @Test
    void anObjectThatChangesAtEachLookIsReturned() {
        for (int looks = 1; looks < 5; looks++) {
            limit.begin("version " + looks);
            assertThat(limit.isReached()).as("look %d", looks).isFalse();
        }
        limit.begin("version 5");
        assertThat(limit.isReached()).isTrue();
        assertThat(limit.isLastOfVersion()).as("dead").isFalse();
    }

    @Test
    void anObjectThatChangesNowAndThenIsReturnedAfterTwelveLooks() {
        for (int looks = 1; looks < 12; looks++) {
            limit.begin("version " + looks / 4);
            assertThat(limit.isReached()).as("look %d", looks).isFalse();
        }
        limit.begin("version 3");
        assertThat(limit.isReached()).isTrue();
    }

    @Test
    void anObjectThatOthersOvertakeIsReturnedAndNeverDead() {
        for (int looks = 1; looks < 6; looks++) {
            overtake(looks);
            assertThat(limit.isReached()).as("look %d", looks).isFalse();
        }
        overtake(6);
        assertThat(limit.isReached()).isTrue();
    }

    private void overtake(int look) {
        limit.begin("version");
        assertThat(limit.isLastOfVersion()).as("look %d", look).isFalse();
        limit.overtaken();
    }

    @Test
    void pausesGrowToFourSeconds() {
        List<Duration> pauses = new ArrayList<>();
        for (int looks = 0; looks < 7; looks++) {
            pauses.add(limit.pause());
        }
        long[] least = {250, 500, 1_000, 2_000, 4_000, 4_000, 4_000};
        for (int i = 0; i < least.length; i++) {
            assertThat(pauses.get(i).toMillis()).isBetween(least[i], least[i] * 5 / 4);
        }
    }
}
