package io.arketic.rag.outbound;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import javax.net.SocketFactory;

/** Sockets that look at the address that they are about to connect to: whatever chose it, no other look is later. */
final class GuardedSockets extends SocketFactory {

    private final AddressGuard guard;

    GuardedSockets(AddressGuard guard) {
        this.guard = guard;
    }

    @Override
    public Socket createSocket() {
        return new Guarded();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        throw new SocketException("Connect the socket with an address");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
        throw new SocketException("Connect the socket with an address");
    }

    @Override
    public Socket createSocket(InetAddress address, int port) throws IOException {
        throw new SocketException("Connect the socket with an address");
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress local, int localPort) throws IOException {
        throw new SocketException("Connect the socket with an address");
    }

    private final class Guarded extends Socket {

        @Override
        public void connect(SocketAddress endpoint, int timeout) throws IOException {
            if (!(endpoint instanceof InetSocketAddress target)
                    || target.getAddress() == null
                    || !guard.admits(target.getAddress())) {
                throw new RefusedAddressException(
                        endpoint instanceof InetSocketAddress named ? named.getHostString() : endpoint.toString());
            }
            super.connect(endpoint, timeout);
        }

        @Override
        public void connect(SocketAddress endpoint) throws IOException {
            connect(endpoint, 0);
        }
    }
}
