package io.arketic.rag.deployment;

import io.arketic.rag.connection.Connections;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/** Whoever sent the request and waits for its answer, as the state of the connection shows. */
public final class Sender {

    static final String ATTRIBUTE = Sender.class.getName();

    private final SocketWrapperBase<?> connection;
    private final Runnable abort;

    Sender(SocketWrapperBase<?> connection, Runnable abort) {
        this.connection = connection;
        this.abort = abort;
    }

    /** Null where the container does not say. */
    public static @Nullable Sender of(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof Sender sender ? sender : null;
    }

    /** Of the request that this thread serves, once its body has been read to the end; null where that cannot be known. */
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
     * Whether the connection was closed from its other end. Takes nothing from it: what comes in meanwhile is kept for
     * the next request. Only while nobody else reads, which is until the request has been answered.
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
     * Has the writer of this response told how much its reader takes, as servlets are that write without waiting. Otherwise
     * the rest is kept for the reader, and writing goes on.
     */
    public void pushBack() {
        Connections.pushBack(connection, true);
    }

    /**
     * Ends an asynchronous response as a connection that broke does, without waiting for what was written to be taken: its
     * listeners are told of an error.
     */
    public void abort() {
        abort.run();
    }
}
