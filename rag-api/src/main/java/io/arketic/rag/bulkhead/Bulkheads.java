package io.arketic.rag.bulkhead;

import io.arketic.rag.connection.TurnedAway;
import io.arketic.schema.tenancy.Turns;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Holds the bulkheads of this process. The metrics {@code arketic_bulkhead_under_way}, {@code _places}, {@code
 * _waiting} and {@code _refused_total} describe each kind.
 */
@Component
public class Bulkheads {

    private final Map<Kind, Bulkhead> bulkheads = new EnumMap<>(Kind.class);
    private final TurnedAway turnedAway;
    private final MeterRegistry registry;
    private final Turns processors;
    private final Turns previews;

    Bulkheads(
            BulkheadProperties settings,
            @Value("${arketic.chat.parallel-answers:128}") int answers,
            @Value("${server.tomcat.threads.max:200}") int threads,
            @Value("${arketic.database.pool-size:10}") int connections,
            TurnedAway turnedAway,
            MeterRegistry registry) {
        this.turnedAway = turnedAway;
        this.registry = registry;
        processors = turns(
                "processors",
                Math.max(2, Math.min(connections / 2, Runtime.getRuntime().availableProcessors())));
        previews = turns("previews", settings.previews());
        int held = Arrays.stream(Kind.values())
                .filter(Kind::holdsThread)
                .mapToInt(kind -> settings.places(kind, answers))
                .sum();
        if (held >= threads) {
            throw new IllegalArgumentException("arketic.bulkhead: the places of requests that hold a thread are " + held
                    + " together, and leave none of server.tomcat.threads.max, which is " + threads);
        }
        for (Kind kind : Kind.values()) {
            bulkheads.put(kind, bulkhead(kind.label(), settings.places(kind, answers)));
        }
    }

    /** Returns the bulkhead of this kind. */
    public Bulkhead of(Kind kind) {
        return Objects.requireNonNull(bulkheads.get(kind));
    }

    /**
     * Makes the places of work that holds neither a thread nor the processors, such as live streams.
     *
     * @param work as the metrics call it
     */
    public Bulkhead bulkhead(String work, int places) {
        Bulkhead bulkhead = new Bulkhead(
                work,
                places,
                Counter.builder("arketic.bulkhead.refused").tag("kind", work).register(registry),
                turnedAway);
        Gauge.builder("arketic.bulkhead.under.way", bulkhead, Bulkhead::underWay)
                .tag("kind", work)
                .register(registry);
        Gauge.builder("arketic.bulkhead.places", () -> places).tag("kind", work).register(registry);
        return bulkhead;
    }

    /**
     * Returns the turns of work that occupies a processor of this machine: a question that a local model embeds, and a
     * search of chunks or of words in the database. Both kinds share them. With turns of their own, one tenant would get
     * its share of the processors twice. Half of the database's connections limit them, so that searches never take all
     * connections and other requests continue.
     */
    public Turns processors() {
        return processors;
    }

    /** Returns the turns of drawing a preview. {@link Kind#PREVIEWS} has more places: their holders wait for a turn. */
    public Turns previews() {
        return previews;
    }

    /** @param kind as the metrics call it */
    public Turns turns(String kind, int turns) {
        Turns made = new Turns(turns);
        Gauge.builder("arketic.bulkhead.waiting", made, Turns::waiting)
                .tag("kind", kind)
                .register(registry);
        return made;
    }
}
