package io.arketic.rag.connection;

import io.arketic.rag.problem.BodyTooLongException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.coyote.InputBuffer;
import org.apache.coyote.Request;
import org.apache.tomcat.util.net.ApplicationBufferHandler;
import org.jspecify.annotations.Nullable;

/**
 * Holds a request's body: first received as it arrives, then read by the application. Of a body that is too long it
 * keeps the first bytes; the application refuses its length, and reading beyond them fails.
 */
final class ArrivingBody implements InputBuffer, ApplicationBufferHandler, AutoCloseable {

    private final Spool spool;
    private final long most;
    private final long discarded;
    private @Nullable ByteBuffer piece;
    private long received;
    private boolean complete;
    private boolean whole;

    /**
     * @param most bytes that are kept
     * @param discarded bytes beyond them that are read, so that the sender comes to read the refusal
     */
    ArrivingBody(Spool spool, long most, long discarded) {
        this.spool = spool;
        this.most = most;
        this.discarded = discarded;
    }

    enum Taken {
        SOME,
        NO_ROOM
    }

    /** Receives available bytes; returns whether there was room for them. */
    Taken take(Request request, Pace pace) throws IOException {
        int read = request.doRead(this);
        ByteBuffer bytes = piece;
        piece = null;
        if (read > 0 && bytes != null) {
            pace.moved(bytes.remaining());
            long room = Math.max(0, most - received);
            received += bytes.remaining();
            bytes.limit((int) Math.min(bytes.limit(), bytes.position() + room));
            if (bytes.hasRemaining() && !spool.add(bytes)) {
                return Taken.NO_ROOM;
            }
        }
        whole = read < 0 || request.isFinished();
        complete = whole || received > most + discarded;
        return Taken.SOME;
    }

    /** Returns whether the application gets it now. */
    boolean isComplete() {
        return complete;
    }

    /** Returns whether all of it has arrived, so that the connection's next request follows. */
    boolean hasEnded() {
        return whole;
    }

    /** Returns whether the application can read all of it. */
    private boolean isWhole() {
        return whole && received <= most;
    }

    @Override
    public int doRead(ApplicationBufferHandler reader) throws IOException {
        ByteBuffer next = spool.poll();
        if (next != null) {
            reader.setByteBuffer(next);
            return next.remaining();
        }
        if (!isWhole()) {
            throw new BodyTooLongException();
        }
        return -1;
    }

    @Override
    public int available() {
        return (int) Math.min(Integer.MAX_VALUE, spool.size());
    }

    @Override
    public void setByteBuffer(ByteBuffer buffer) {
        piece = buffer;
    }

    @Override
    public @Nullable ByteBuffer getByteBuffer() {
        return piece;
    }

    @Override
    public void expand(int size) {
        // what is read is a view of the connection's own buffer
    }

    @Override
    public void close() {
        spool.close();
    }
}
