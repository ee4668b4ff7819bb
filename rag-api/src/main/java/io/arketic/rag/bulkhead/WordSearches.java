package io.arketic.rag.bulkhead;

import io.arketic.rag.bulkhead.Bulkhead.Place;
import io.arketic.rag.problem.ProblemException;
import io.arketic.schema.tenancy.Turns;
import io.arketic.schema.tenancy.Turns.Turn;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Runs work that reads the words of many rows, or a whole text for a part of it: it takes a place and a turn like other
 * searches.
 */
@Component
public class WordSearches {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);

    private final Bulkhead places;
    private final Turns turns;

    WordSearches(Bulkheads bulkheads) {
        this.places = bulkheads.of(Kind.SEARCHES);
        this.turns = bulkheads.processors();
    }

    /** @throws ProblemException 429 when the tenant has its share of the searches under way, or waited too long for its turn */
    public <T> T find(UUID tenant, Supplier<T> search) {
        try (Place place = places.enter(tenant);
                Turn turn = turn(tenant)) {
            return search.get();
        }
    }

    private Turn turn(UUID tenant) {
        long begin = System.nanoTime();
        @Nullable Turn turn = null;
        try {
            turn = turns.take(tenant, () -> System.nanoTime() - begin > LONGEST_WAIT.toNanos());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        if (turn == null) {
            throw ProblemException.tooManyRequests("Too many searches are under way.", Duration.ofSeconds(5));
        }
        return turn;
    }
}
