package io.arketic.rag.connection;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a connection without waiting for its reader; see {@link Outbound}. The container reuses it for later
 * connections.
 */
final class PatientChannel extends NioChannel {

    private final Connections connections;
    private @Nullable Outbound outbound;

    PatientChannel(SocketBufferHandler buffers, Connections connections) {
        super(buffers);
        this.connections = connections;
    }

    static @Nullable Outbound of(SocketWrapperBase<?> connection) {
        Object socket = connection.getSocket();
        if (socket instanceof PatientSecureChannel secure) {
            return secure.outbound();
        }
        return socket instanceof PatientChannel channel ? channel.outbound : null;
    }

    @Override
    public void reset(@Nullable SocketChannel socket, @Nullable NioSocketWrapper wrapper) throws IOException {
        super.reset(socket, wrapper);
        outbound = socket == null ? null : connections.outbound(socket);
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        checkInterruptStatus();
        Outbound to = outbound;
        return to == null ? super.write(bytes) : to.write(bytes);
    }

    @Override
    public void close() throws IOException {
        Outbound left = outbound;
        outbound = null;
        if (left != null) {
            left.close();
            connections.left(left.channel());
        }
        super.close();
    }
}
