package io.arketic.rag.deployment;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Creates UUIDv7: later ones sort after earlier ones, to the millisecond (RFC 9562, section 5.7). */
@Component
public class Identifiers {

    private final SecureRandom random = new SecureRandom();
    private final Clock clock;

    Identifiers(Clock clock) {
        this.clock = clock;
    }

    public UUID next() {
        long high = (clock.millis() << 16) | 0x7000L | (random.nextLong() & 0x0FFFL);
        long low = (random.nextLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
        return new UUID(high, low);
    }
}
