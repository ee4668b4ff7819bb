package io.arketic.rag.answer;

import io.arketic.rag.attendance.Cancellation;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** Holds the answers in progress in this process, by the answered message; one message may have several. */
@Component
public class RunningAnswers {

    private final Map<UUID, Set<Cancellation>> running = new ConcurrentHashMap<>();

    /**
     * Makes an answer visible to {@link #stop} until {@link #ended}. Call it before any other process can see the
     * message.
     */
    public void began(UUID message, Cancellation cancellation) {
        running.compute(message, (id, known) -> {
            Set<Cancellation> all = known == null ? ConcurrentHashMap.newKeySet() : known;
            all.add(cancellation);
            return all;
        });
    }

    public void ended(UUID message, Cancellation cancellation) {
        running.computeIfPresent(message, (id, known) -> {
            known.remove(cancellation);
            return known.isEmpty() ? null : known;
        });
    }

    /** Stops all answers to the message here; returns whether there was one. */
    public boolean stop(UUID message) {
        Set<Cancellation> found = running.getOrDefault(message, Set.of());
        found.forEach(Cancellation::cancel);
        return !found.isEmpty();
    }
}
