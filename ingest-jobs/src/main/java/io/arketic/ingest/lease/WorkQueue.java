package io.arketic.ingest.lease;

import java.io.Serializable;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Is the store of the work that an enumerator leases. Used by one thread at a time; every method may wait. */
public interface WorkQueue<W extends Serializable> extends AutoCloseable {

    /** Opens the queue where the enumerator runs. */
    interface Factory<W extends Serializable> extends Serializable {

        /** @param wake to be called, by any thread, when there is new work; a queue that is not told is asked now and then */
        WorkQueue<W> open(Runnable wake) throws Exception;
    }

    /**
     * Returns work that is not leased, each tenant's in the order in which it is to be done.
     *
     * @param ofEach limits the work of one tenant
     * @param leased is with readers
     */
    List<Offer<W>> offers(int ofEach, Collection<W> leased) throws Exception;

    /**
     * Takes work for this enumerator.
     *
     * @return the work as a reader needs it, by what was offered; it lacks what another one took meanwhile
     */
    Map<W, W> take(List<W> offered) throws Exception;

    /** Keeps what readers have. It gives back everything else that this enumerator took. */
    void keep(Collection<W> leased) throws Exception;

    /** Returns work that one reader does beside all other work, for as long as the source reads. */
    Optional<W> permanent();

    /** Returns whether no work is left that the source has to do; other work may still come, and stays in the queue. */
    boolean exhausted() throws Exception;

    /** Returns how long the oldest work has waited, with a reader or without; zero when there is none. */
    Duration oldest() throws Exception;

    /** Learns that a reader has done work. */
    void done(W work);

    /** Gives back what is leased. */
    @Override
    void close();
}
