package io.arketic.rag.connection;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.jspecify.annotations.Nullable;

/** Extends the container's listening endpoint with {@link Connections}. Without them it is the container's own. */
public final class PatientEndpoint extends NioEndpoint {

    private static final byte[] TOO_MANY =
            ("HTTP/1.1 429 \r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);

    private @Nullable Connections connections;

    /** Sets the connections before the start. */
    public void use(Connections all) {
        connections = all;
    }

    @Override
    protected NioChannel createChannel(SocketBufferHandler buffers) {
        if (connections == null) {
            return super.createChannel(buffers);
        }
        return isSSLEnabled()
                ? new PatientSecureChannel(buffers, this, connections)
                : new PatientChannel(buffers, connections);
    }

    @Override
    protected boolean setSocketOptions(SocketChannel socket) {
        if (connections == null || connections.entered(socket)) {
            return super.setSocketOptions(socket);
        }
        if (!isSSLEnabled()) {
            try {
                socket.configureBlocking(false);
                socket.write(ByteBuffer.wrap(TOO_MANY));
            } catch (IOException gone) {
                // then it needs no answer
            }
        }
        destroySocket(socket);
        return false;
    }
}
