package io.arketic.ingest.queue;

import io.arketic.ingest.flow.DatabaseDriver;
import io.arketic.ingest.lease.Offer;
import io.arketic.ingest.lease.WorkQueue;
import io.arketic.ingest.settings.IngestSettings;
import io.arketic.schema.ledger.ObjectQueue;
import io.arketic.schema.ledger.ObjectQueue.Leased;
import io.arketic.schema.tenancy.DatabaseSettings;
import io.arketic.schema.tenancy.NotificationListener;
import io.arketic.schema.tenancy.TenantDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Is the queue of dirty objects as the enumerator sees it, which runs in the JobManager. */
public final class DirtyObjects implements WorkQueue<IngestWork> {

    private static final Logger LOG = LoggerFactory.getLogger(DirtyObjects.class);

    /** Sets how long a key stays leased if this process ends. */
    private static final Duration LASTS = Duration.ofSeconds(15);

    private static final int CONNECTIONS = 2;

    /** Limits how long a database that has vanished stops every round; the functions take milliseconds. */
    private static final Duration SILENCE = Duration.ofSeconds(20);

    private final UUID owner = UUID.randomUUID();
    private final TenantDatabase database;
    private final ObjectQueue queue;
    private final NotificationListener listener;
    private final boolean once;
    private boolean listed;
    private @Nullable Instant listedAt;

    private DirtyObjects(DatabaseSettings settings, String bucket, boolean once, Runnable wake) {
        this.once = once;
        database = TenantDatabase.open(settings, SILENCE);
        queue = new ObjectQueue(database, bucket);
        listener = NotificationListener.open(
                settings,
                Map.of(ObjectQueue.CHANNEL, payload -> wake.run()),
                wake,
                trouble -> LOG.warn("marks are seen later: {}", trouble.toString()));
    }

    /** @param once whether the bucket is listed once, and the queue ends with what that marks */
    public static DirtyObjects open(IngestSettings settings, boolean once, Runnable wake) throws SQLException {
        DatabaseDriver.register();
        IngestSettings.Database access = settings.database();
        try {
            return new DirtyObjects(
                    new DatabaseSettings(access.url(), access.user(), access.password(), CONNECTIONS),
                    settings.store().bucket(),
                    once,
                    wake);
        } catch (RuntimeException e) {
            DatabaseDriver.forget();
            throw e;
        }
    }

    @Override
    public List<Offer<IngestWork>> offers(int ofEach, Collection<IngestWork> leased) throws SQLException {
        return queue.free(ofEach).stream()
                .map(free -> new Offer<IngestWork>(free.tenant(), free.size(), new IngestWork.Waiting(free.key())))
                .toList();
    }

    @Override
    public Map<IngestWork, IngestWork> take(List<IngestWork> offered) throws SQLException {
        Map<IngestWork, IngestWork> taken = new LinkedHashMap<>();
        for (Leased object : queue.lease(owner, keys(offered), LASTS)) {
            taken.put(new IngestWork.Waiting(object.key()), new IngestWork.Look(object));
        }
        return taken;
    }

    @Override
    public void keep(Collection<IngestWork> leased) throws SQLException {
        queue.renew(owner, keys(leased), LASTS);
    }

    private static List<String> keys(Collection<IngestWork> works) {
        List<String> keys = new ArrayList<>();
        for (IngestWork work : works) {
            if (work instanceof IngestWork.Waiting waiting) {
                keys.add(waiting.key());
            } else if (work instanceof IngestWork.Look look) {
                keys.add(look.object().key());
            }
        }
        return keys;
    }

    @Override
    public Optional<IngestWork> permanent() {
        return Optional.of(new IngestWork.List());
    }

    @Override
    public void done(IngestWork work) {
        if (work instanceof IngestWork.List) {
            listed = true;
        }
    }

    /** Returns whether all objects are worked on that were marked when the bucket had been listed. */
    @Override
    public boolean exhausted() throws SQLException {
        if (!once || !listed) {
            return false;
        }
        if (listedAt == null) {
            listedAt = queue.now();
        }
        return !queue.waits(listedAt);
    }

    @Override
    public Duration oldest() throws SQLException {
        return queue.oldest();
    }

    @Override
    public void close() {
        try (database) {
            listener.close();
            queue.renew(owner, List.of(), LASTS);
        } catch (SQLException e) {
            LOG.info("leases end after {}: {}", LASTS, e.getMessage());
        } finally {
            DatabaseDriver.forget();
        }
    }
}
