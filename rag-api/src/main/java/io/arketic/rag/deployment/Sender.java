package io.arketic.rag.deployment;

import io.arketic.rag.connection.Connections;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/** Represents the sender of a request, by the state of the connection. */
public final class Sender {

    static final String ATTRIBUTE = Sender.class.getName();

    private final SocketWrapperBase<?> connection;
    private final Runnable abort;

    Sender(SocketWrapperBase<?> connection, Runnable abort) {
        this.connection = connection;
        this.abort = abort;
    }

    /** Returns null if the container does not provide it. */
    public static @Nullable Sender of(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof Sender sender ? sender : null;
    }

    /** Returns the sender of the current request, after its body has been read completely; null if it is unknown. */
    public static @Nullable Sender current() {
        if (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes
                && drained(attributes.getRequest())) {
            return of(attributes.getRequest());
        }
        return null;
    }

    private static boolean drained(HttpServletRequest request) {
        try {
            InputStream rest = request.getInputStream();
            while (rest.read() >= 0) {
                // what follows the body's value
            }
            return true;
        } catch (IOException gone) {
            return false;
        }
    }

    /**
     * Returns whether the other end has closed the connection. It takes no bytes from it: they are kept for the next
     * request. Use it only while no other code reads, which is until the request has been answered.
     */
    public boolean hasGone() {
        try {
            connection.isReadyForRead();
            return false;
        } catch (IOException closed) {
            return true;
        }
    }

    /**
     * Lets the writer of this response learn how much its reader takes, for servlets that write without blocking.
     * Otherwise the rest is kept for the reader, and writing continues.
     */
    public void pushBack() {
        Connections.pushBack(connection, true);
    }

    /** Returns whether more is written to it than it has read. */
    public boolean isBehind() {
        return Connections.isBehind(connection);
    }

    /** Returns how many bytes a second it has taken in the last ten seconds. */
    public double recentBytesPerSecond() {
        return Connections.recentBytesPerSecond(connection);
    }

    /** Ends the connection, for a reader that is too slow for what its response holds. */
    public void cut() {
        Connections.cut(connection, "The place of a slow reader was needed");
    }

    /**
     * Aborts an asynchronous response like a broken connection, without waiting for its reader: its listeners receive
     * an error.
     */
    public void abort() {
        abort.run();
    }
}
