package io.arketic.rag.connection;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SecureNioChannel;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.jspecify.annotations.Nullable;

/** Extends {@link PatientChannel} to TLS: encrypted bytes wait for their reader. A handshake has the time of a head. */
final class PatientSecureChannel extends SecureNioChannel {

    private final Connections connections;
    private @Nullable Outbound outbound;

    PatientSecureChannel(SocketBufferHandler buffers, NioEndpoint endpoint, Connections connections) {
        super(buffers, endpoint);
        this.connections = connections;
    }

    @Nullable
    Outbound outbound() {
        return outbound;
    }

    @Override
    public void reset(@Nullable SocketChannel socket, @Nullable NioSocketWrapper wrapper) throws IOException {
        super.reset(socket, wrapper);
        outbound = socket == null ? null : connections.outbound(socket);
        if (socket != null && wrapper != null) {
            connections.headBegan(wrapper);
        }
    }

    @Override
    protected boolean flush(ByteBuffer encrypted) throws IOException {
        Outbound to = outbound;
        if (to == null) {
            return super.flush(encrypted);
        }
        if (encrypted.hasRemaining()) {
            to.write(encrypted);
        }
        return !encrypted.hasRemaining();
    }

    @Override
    public void close() throws IOException {
        try {
            super.close();
        } finally {
            Outbound left = outbound;
            outbound = null;
            if (left != null) {
                left.close();
                connections.left(left.channel());
            }
        }
    }
}
