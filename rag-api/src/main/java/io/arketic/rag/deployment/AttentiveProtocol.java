package io.arketic.rag.deployment;

import java.io.IOException;
import org.apache.coyote.Adapter;
import org.apache.coyote.ErrorState;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.SocketWrapperBase;

/**
 * HTTP as the container speaks it, with requests that know their {@link Sender}: servlets are told that a client has gone
 * only when they write to it. The container makes it by its name. A request that was sent before the answer to the one
 * before it has no sender.
 */
public final class AttentiveProtocol extends Http11NioProtocol {

    @Override
    protected Processor createProcessor() {
        return new AttentiveProcessor(this, getAdapter());
    }

    private static final class AttentiveProcessor extends Http11Processor {

        AttentiveProcessor(AbstractHttp11Protocol<?> protocol, Adapter adapter) {
            super(protocol, adapter);
        }

        @Override
        public SocketState service(SocketWrapperBase<?> connection) throws IOException {
            request.setAttribute(Sender.ATTRIBUTE, new Sender(connection, this::abort));
            return super.service(connection);
        }

        private void abort() {
            setErrorState(ErrorState.CLOSE_CONNECTION_NOW, new IOException("The response was given up."));
        }
    }
}
