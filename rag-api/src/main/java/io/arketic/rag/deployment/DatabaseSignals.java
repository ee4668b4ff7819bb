package io.arketic.rag.deployment;

import io.arketic.schema.tenancy.DatabaseSettings;
import io.arketic.schema.tenancy.NotificationListener;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Exchanges signals between the API's processes through the database, over one connection beside the pool for all
 * listeners. Features subscribe in their constructors.
 */
@Component
public class DatabaseSignals implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(DatabaseSignals.class);

    private final DatabaseProperties database;
    private final Map<String, Consumer<String>> channels = new ConcurrentHashMap<>();
    private final List<Runnable> reconnected = new CopyOnWriteArrayList<>();
    private @Nullable NotificationListener listener;

    DatabaseSignals(DatabaseProperties database) {
        this.database = database;
    }

    /** Calls {@code heard} with each payload, on one shared thread, after earlier subscribers. */
    public void subscribe(String channel, Consumer<String> heard) {
        channels.merge(channel, heard, Consumer::andThen);
    }

    /** Runs {@code look} when signals may have been lost, and once at the beginning. */
    public void whenConnected(Runnable look) {
        reconnected.add(look);
    }

    @Override
    public synchronized void start() {
        listener = NotificationListener.open(
                new DatabaseSettings(database.url(), database.user(), database.password(), 1),
                channels,
                () -> reconnected.forEach(Runnable::run),
                trouble -> log.warn("Listening to the database met with trouble and goes on", trouble));
    }

    /**
     * Returns false once the listening thread has ended other than by {@link #stop}: no change is noticed until a
     * restart.
     */
    synchronized boolean alive() {
        return listener != null && listener.isAlive();
    }

    @Override
    public synchronized void stop() {
        if (listener != null) {
            listener.close();
            listener = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return listener != null;
    }
}
