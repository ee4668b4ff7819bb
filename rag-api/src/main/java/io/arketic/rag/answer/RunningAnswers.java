package io.arketic.rag.answer;

import io.arketic.rag.attendance.Cancellation;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** The answers under way in this process, by the message that they answer; there may be several to one. */
@Component
public class RunningAnswers {

    private final Map<UUID, Set<Cancellation>> running = new ConcurrentHashMap<>();

    /** Lets {@link #stop} find an answer until {@link #ended}. Called before anybody can know of the message. */
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

    /** Whether an answer to the message was under way here; all of them are being stopped. */
    public boolean stop(UUID message) {
        Set<Cancellation> found = running.getOrDefault(message, Set.of());
        found.forEach(Cancellation::cancel);
        return !found.isEmpty();
    }
}
