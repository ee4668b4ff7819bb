package io.arketic.rag.deployment;

import io.arketic.rag.connection.BodyGate;
import io.arketic.rag.connection.Connections;
import io.arketic.rag.connection.PatientEndpoint;
import java.io.IOException;
import org.apache.coyote.ErrorState;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.apache.tomcat.util.threads.ThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/**
 * Speaks HTTP like the container, but no thread waits for a peer: requests are passed on when their bodies are
 * complete, and answers are kept for slow readers. Requests have their {@link Sender}: servlets notice a lost client
 * only when they write. The container creates it by its name. A request that was sent before the answer to the previous
 * one has no sender.
 */
public final class AttentiveProtocol extends Http11NioProtocol {

    private final PatientEndpoint endpoint;
    private @Nullable Connections connections;
    private long largestUpload;

    public AttentiveProtocol() {
        this(new PatientEndpoint());
    }

    private AttentiveProtocol(PatientEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    /** Sets the connections before the start. */
    void use(Connections all, long bytesOfLargestUpload) {
        connections = all;
        largestUpload = bytesOfLargestUpload;
        endpoint.use(all);
    }

    int waiting() {
        return getExecutor() instanceof ThreadPoolExecutor pool
                ? pool.getQueue().size()
                : 0;
    }

    int working() {
        return getExecutor() instanceof ThreadPoolExecutor pool ? pool.getActiveCount() : 0;
    }

    @Override
    protected Processor createProcessor() {
        Connections all = connections;
        if (all == null) {
            throw new IllegalStateException("The protocol was started before it was given its connections");
        }
        return new AttentiveProcessor(this, all, new BodyGate(getAdapter(), all, largestUpload));
    }

    private static final class AttentiveProcessor extends Http11Processor {

        private final Connections connections;
        private final BodyGate gate;
        private @Nullable SocketWrapperBase<?> lingering;

        AttentiveProcessor(AbstractHttp11Protocol<?> protocol, Connections connections, BodyGate gate) {
            super(protocol, gate);
            this.connections = connections;
            this.gate = gate;
        }

        @Override
        public SocketState process(SocketWrapperBase<?> connection, SocketEvent event) throws IOException {
            boolean closing = event == SocketEvent.DISCONNECT || event == SocketEvent.ERROR;
            if (lingering == connection) {
                return closing ? SocketState.CLOSED : SocketState.SUSPENDED;
            }
            lingering = null;
            SocketState state = super.process(connection, event);
            if (state == SocketState.CLOSED
                    && !closing
                    && getErrorState().isIoAllowed()
                    && Connections.whenDrained(
                            connection, () -> connection.processSocket(SocketEvent.DISCONNECT, true))) {
                lingering = connection;
                return SocketState.SUSPENDED;
            }
            return state;
        }

        @Override
        public SocketState service(SocketWrapperBase<?> connection) throws IOException {
            request.setAttribute(Sender.ATTRIBUTE, new Sender(connection, this::abort));
            Connections.pushBack(connection, false);
            gate.enter(connection);
            SocketState state = super.service(connection);
            if (state == SocketState.LONG && !isAsync()) {
                connections.headBegan(connection);
            }
            return state;
        }

        private void abort() {
            setErrorState(ErrorState.CLOSE_CONNECTION_NOW, new IOException("The response was given up."));
        }
    }
}
