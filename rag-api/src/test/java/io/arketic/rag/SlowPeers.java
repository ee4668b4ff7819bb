package io.arketic.rag;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Opens many connections from one address that begin a request and send a byte now and then, or read none of the
 * answer.
 */
final class SlowPeers implements AutoCloseable {

    private final List<SocketChannel> peers = new ArrayList<>();
    private final ScheduledExecutorService drips = Executors.newSingleThreadScheduledExecutor();

    private SlowPeers(int port, int count, String begun) throws IOException {
        for (int peer = 0; peer < count; peer++) {
            SocketChannel socket = SocketChannel.open();
            // Little room, so that the server feels soon that nothing is taken.
            socket.socket().setReceiveBufferSize(4096);
            socket.connect(new InetSocketAddress("127.0.0.1", port));
            socket.write(ByteBuffer.wrap(begun.getBytes(StandardCharsets.US_ASCII)));
            socket.configureBlocking(false);
            peers.add(socket);
        }
    }

    /** Sends {@code begun} at once on each, and then {@code drip} repeatedly. */
    static SlowPeers senders(int port, int count, String begun, String drip) throws IOException {
        SlowPeers slow = new SlowPeers(port, count, begun);
        slow.drips.scheduleWithFixedDelay(
                () -> slow.peers.forEach(peer -> send(peer, drip)), 200, 200, TimeUnit.MILLISECONDS);
        return slow;
    }

    /** Sends the whole request on each and reads nothing. */
    static SlowPeers readers(int port, int count, String request) throws IOException {
        return new SlowPeers(port, count, request);
    }

    private static void send(SocketChannel peer, String drip) {
        try {
            peer.write(ByteBuffer.wrap(drip.getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException cut) {
            // which is what the server is to do
        }
    }

    /** Returns how many senders the server has disconnected. */
    long cut() {
        return peers.stream().filter(SlowPeers::isCut).count();
    }

    private static boolean isCut(SocketChannel peer) {
        ByteBuffer answer = ByteBuffer.allocate(1024);
        try {
            int read = peer.read(answer);
            while (read > 0) {
                answer.clear();
                read = peer.read(answer);
            }
            return read < 0;
        } catch (IOException reset) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        drips.shutdownNow();
        for (SocketChannel peer : peers) {
            peer.close();
        }
    }
}
