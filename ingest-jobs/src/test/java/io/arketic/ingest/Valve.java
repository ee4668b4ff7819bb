package io.arketic.ingest;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Forwards the connections of a job to a service. While it is shut, it ends every connection, like a service that is down. */
final class Valve implements AutoCloseable {

    private final URI service;
    private final ServerSocket door = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean shut;

    Valve(URI service) throws IOException {
        this.service = service;
        run(this::accept);
    }

    String address() {
        return "http://127.0.0.1:" + door.getLocalPort();
    }

    void shut() {
        shut = true;
        open.forEach(Valve::end);
    }

    void open() {
        shut = false;
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                connect(door.accept());
            } catch (IOException closed) {
                // The next connection may succeed.
            }
        }
    }

    private void connect(Socket caller) throws IOException {
        open.add(caller);
        if (shut) {
            end(caller);
            return;
        }
        Socket called = new Socket(service.getHost(), service.getPort());
        open.add(called);
        run(() -> forward(caller, called));
        run(() -> forward(called, caller));
        if (shut) { // since the question above
            end(caller);
            end(called);
        }
    }

    private void forward(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException ended) {
            // Both ends are closed below.
        }
        end(from);
        end(to);
        open.remove(from);
        open.remove(to);
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void run(Runnable work) {
        Thread thread = new Thread(work, "test-valve");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        door.close();
        shut();
    }
}
