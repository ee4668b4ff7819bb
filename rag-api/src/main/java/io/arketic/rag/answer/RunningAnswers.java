package io.arketic.rag.answer;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** The answers under way in this process, by the message that they answer. */
@Component
public class RunningAnswers {

    private final Map<UUID, Cancellation> running = new ConcurrentHashMap<>();

    /** Lets {@link #stop} find an answer until {@link #ended}. */
    public void began(UUID message, Cancellation cancellation) {
        running.put(message, cancellation);
    }

    public void ended(UUID message) {
        running.remove(message);
    }

    /** Whether an answer to the message was under way here; it is being stopped. */
    public boolean stop(UUID message) {
        Cancellation cancellation = running.get(message);
        if (cancellation == null) {
            return false;
        }
        cancellation.cancel();
        return true;
    }
}
