package io.arketic.rag.run;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What a task is about, as its row has it.
 *
 * @param deaths of processes that had taken the task and did not end it
 */
record TaskContent(UUID organization, UUID thing, int deaths) {

    /** Two can be chance, for example a machine that is switched off twice. */
    private static final int MOST_DEATHS = 3;

    static TaskContent of(String text) {
        String[] parts = text.split("/", -1);
        return new TaskContent(
                UUID.fromString(parts[0]),
                UUID.fromString(parts[1]),
                parts.length > 2 ? Integer.parseInt(parts[2]) : 0);
    }

    String text() {
        return organization + "/" + thing + (deaths == 0 ? "" : "/" + deaths);
    }

    TaskContent diedAgain() {
        return new TaskContent(organization, thing, deaths + 1);
    }

    TaskContent alive() {
        return new TaskContent(organization, thing, 0);
    }

    boolean isPoison() {
        return deaths >= MOST_DEATHS;
    }

    /**
     * After the first death the task is due at once. Later a random time parts it from the others that died with it, so that a
     * harmless one is not beside the harmful one each time.
     */
    Duration pause() {
        return deaths < 2 || isPoison()
                ? Duration.ZERO
                : Duration.ofMillis(ThreadLocalRandom.current().nextLong(30_000));
    }
}
