package io.arketic.rag.removal;

import io.arketic.rag.deployment.MaintenanceDatabase;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.storage.ObjectStorage;
import io.arketic.rag.work.BackgroundTask;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Lists objects to remove from the store: no row refers to them, or their rows are being deleted. An object is
 * registered before it is written, and the commit that refers to it cancels this, so that none stays behind when a process
 * ends in between.
 */
@Component
public class RemovedObjects implements BackgroundTask {

    private static final Logger log = LoggerFactory.getLogger(RemovedObjects.class);
    /** Names the use of the knowledge bases' own bucket. */
    public static final String KNOWLEDGE = "knowledge";

    private static final Duration PERIOD = Duration.ofSeconds(30);
    private static final int BATCH = 100;

    /** Limits the failed removals in one run: the store does not work. */
    private static final int FAILURES = 20;

    /** Sets the duration of a claim, longer than the store takes to answer and shorter than {@link #putDown} asks. */
    private static final Duration CLAIM = Duration.ofMinutes(5);

    private static final Duration RETRY = Duration.ofMinutes(10);

    private record Removed(String use, String key) {}

    private final Transactions transactions;
    private final Transactions maintenance;
    private final ObjectStorage knowledge;

    RemovedObjects(Transactions transactions, MaintenanceDatabase maintenance, ObjectStorage knowledge) {
        this.transactions = transactions;
        this.maintenance = maintenance.transactions();
        this.knowledge = knowledge;
    }

    /**
     * Registers an object before it is written. Without a commit that refers to it, it is removed a day later.
     *
     * @param use of the bucket, as in {@link ObjectStorage#beside}
     * @return false when an object of this key is removed within the hour: one that is written now might go with it
     */
    public boolean putDown(String use, String key) {
        return transactions.single(sql -> sql.sql("SELECT put_down_object(:key, :use)")
                .param("key", key)
                .param("use", use)
                .query(Boolean.class)
                .single());
    }

    @Override
    public String name() {
        return "removed-objects";
    }

    @Override
    public Duration pause() {
        return PERIOD;
    }

    /**
     * Removes registered objects, those first that are due for the longest time. Each is claimed first, so that no other
     * process removes it later, when it may have been written again. An object that the store does not remove waits for
     * ten minutes behind the others.
     */
    @Override
    public void run() {
        int failures = 0;
        for (List<Removed> gone = gone(); !gone.isEmpty() && failures < FAILURES; gone = gone()) {
            for (Removed object : gone) {
                if (Thread.currentThread().isInterrupted() || failures == FAILURES) {
                    return;
                }
                failures += remove(object) ? 0 : 1;
            }
        }
    }

    private ObjectStorage bucket(String use) {
        return use.equals(KNOWLEDGE) ? knowledge : knowledge.beside(use);
    }

    private List<Removed> gone() {
        return maintenance.single(sql -> sql.sql("""
                        SELECT store, object_key FROM removed_objects
                        WHERE remove_after <= now()
                        ORDER BY remove_after LIMIT :batch""")
                .param("batch", BATCH)
                .query((row, number) -> new Removed(row.getString("store"), row.getString("object_key")))
                .list());
    }

    private boolean remove(Removed object) {
        if (!claim(object)) {
            return true;
        }
        try {
            bucket(object.use()).remove(object.key());
        } catch (RuntimeException | Error failure) {
            log.warn("The object {} was not removed and is tried again in {}", object.key(), RETRY, failure);
            postpone(object);
            return false;
        }
        maintenance.single(sql -> sql.sql("DELETE FROM removed_objects WHERE object_key = :key")
                .param("key", object.key())
                .update());
        return true;
    }

    private boolean claim(Removed object) {
        return maintenance.single(sql -> sql.sql("""
                        UPDATE removed_objects SET remove_after = now() + make_interval(secs => :claim)
                        WHERE object_key = :key AND remove_after <= now()""")
                        .param("claim", CLAIM.toSeconds())
                        .param("key", object.key())
                        .update()
                == 1);
    }

    private void postpone(Removed object) {
        maintenance.single(sql -> sql.sql("""
                        UPDATE removed_objects SET remove_after = now() + make_interval(secs => :pause)
                        WHERE object_key = :key""")
                .param("pause", RETRY.toSeconds())
                .param("key", object.key())
                .update());
    }
}
