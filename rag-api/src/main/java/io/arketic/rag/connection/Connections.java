package io.arketic.rag.connection;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.coyote.Request;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Tracks all connections of clients: the number for each address, and those that send too slowly. */
@Component
public final class Connections implements AutoCloseable {

    /** Long answers beside downloads and exports: files of chats and of public links, for example. */
    private static final int OTHERS_HELD = 4;

    private final ConnectionProperties settings;
    private final SpoolSpace space;
    private final OutboundDrain drain;
    private final ObjectProvider<UploadAdmission> admission;
    private final TurnedAway turnedAway;
    private final RequestThreads threads;
    private final Map<SocketChannel, String> open = new ConcurrentHashMap<>();
    private final Map<String, Integer> byAddress = new ConcurrentHashMap<>();
    private final Map<SocketWrapperBase<?>, Pace> sending = new ConcurrentHashMap<>();

    @Autowired
    Connections(
            ConnectionProperties settings,
            ObjectProvider<UploadAdmission> admission,
            TurnedAway turnedAway,
            RequestThreads threads,
            MeterRegistry registry,
            @Value("${arketic.bulkhead.downloads:12}") int downloads,
            @Value("${arketic.bulkhead.exports:8}") int exports)
            throws IOException {
        this.settings = settings;
        this.admission = admission;
        this.turnedAway = turnedAway;
        this.threads = threads;
        this.space = new SpoolSpace(settings.spoolLimit().toBytes());
        this.drain = new OutboundDrain(
                settings.patience(),
                settings.leastRate().toBytes(),
                downloads + exports + OTHERS_HELD,
                this::endLongWaits);
        Gauge.builder("arketic.connections.open", open::size).register(registry);
        Gauge.builder("arketic.connections.sending", sending::size).register(registry);
        Gauge.builder("arketic.connections.reading", drain::readers).register(registry);
        Gauge.builder("arketic.connections.spooled", space::bytes)
                .baseUnit("bytes")
                .register(registry);
    }

    /**
     * Checks that one upload finds room.
     *
     * @param largestUpload bytes
     * @throws IllegalArgumentException naming the settings
     */
    public void requireRoomFor(long largestUpload) {
        settings.requireRoomFor(largestUpload);
    }

    /** Counts a connection; returns false if its address has reached its maximum. */
    boolean entered(SocketChannel socket) {
        String address = address(socket);
        int most = settings.perAddress();
        boolean[] entered = {true};
        byAddress.compute(address, (key, count) -> {
            int before = count == null ? 0 : count;
            entered[0] = most == 0 || before < most;
            return entered[0] ? Integer.valueOf(before + 1) : count;
        });
        if (entered[0]) {
            open.put(socket, address);
        }
        return entered[0];
    }

    void left(SocketChannel socket) {
        String address = open.remove(socket);
        if (address != null) {
            byAddress.computeIfPresent(address, (key, count) -> count == 1 ? null : Integer.valueOf(count - 1));
        }
    }

    private static String address(SocketChannel socket) {
        try {
            return socket.getRemoteAddress() instanceof InetSocketAddress remote
                    ? Network.of(remote.getAddress().getHostAddress())
                    : "";
        } catch (IOException gone) {
            return "";
        }
    }

    Outbound outbound(SocketChannel socket) {
        return new Outbound(socket, drain, space.answers(), address(socket));
    }

    /** @param owner that has credentials for large bodies; null for a body that every caller may send */
    Spool spool(SocketWrapperBase<?> connection, @Nullable String owner) {
        return owner == null
                ? new Spool(space.bodies(), Network.of(String.valueOf(connection.getRemoteAddr())))
                : new Spool(space.uploads(), owner);
    }

    UploadAdmission admission() {
        return admission.getObject();
    }

    TurnedAway turnedAway() {
        return turnedAway;
    }

    /** Starts the time for the rest of an incomplete head. */
    public void headBegan(SocketWrapperBase<?> connection) {
        sending.computeIfAbsent(
                connection, begun -> new Pace(settings.headTimeout(), Long.MAX_VALUE, settings.headTimeout()));
    }

    /** Starts the time for a body. */
    Pace bodyBegan(SocketWrapperBase<?> connection) {
        Pace pace = new Pace(settings.patience(), settings.leastRate().toBytes(), settings.patience());
        sending.put(connection, pace);
        return pace;
    }

    /** Ends the time: the data has arrived, or the connection is gone. */
    public void sent(SocketWrapperBase<?> connection) {
        sending.remove(connection);
    }

    /** Asks for a thread for the current request of the connection. */
    RequestThreads.Ticket askForThread(SocketWrapperBase<?> connection, Request request) {
        String network = Network.of(String.valueOf(connection.getRemoteAddr()));
        return threads.ask(RequestHead.of(
                request, network, authorization -> admission.getObject().user(authorization)));
    }

    private void endLongWaits(long now) {
        cutSlowSenders(now);
        threads.endLongWaits(now);
    }

    private void cutSlowSenders(long now) {
        sending.forEach((connection, pace) -> {
            if (pace.isTooSlow(now) && sending.remove(connection, pace)) {
                connection.setError(new SocketTimeoutException("The request was sent too slowly"));
                connection.processSocket(SocketEvent.ERROR, true);
            }
        });
    }

    /**
     * Runs when a reader has received an ended response; returns false if none of it waits, so that the connection can
     * be closed at once.
     */
    public static boolean whenDrained(SocketWrapperBase<?> connection, Runnable action) {
        Outbound outbound = PatientChannel.of(connection);
        return outbound != null && outbound.whenDrained(action);
    }

    /**
     * Selects whether the writer of the current response learns how much its reader takes, instead of the rest being
     * kept for it.
     */
    public static void pushBack(SocketWrapperBase<?> connection, boolean on) {
        Outbound outbound = PatientChannel.of(connection);
        if (outbound != null) {
            outbound.pushBack(on);
        }
    }

    /** Ends a connection whose reader is slow. */
    public static void cut(SocketWrapperBase<?> connection, String reason) {
        Outbound outbound = PatientChannel.of(connection);
        if (outbound != null) {
            outbound.cut(reason);
        }
    }

    /** Returns how many bytes a second its reader has taken in the last ten seconds; 0 if it is not known. */
    public static double recentBytesPerSecond(SocketWrapperBase<?> connection) {
        Outbound outbound = PatientChannel.of(connection);
        return outbound == null ? 0 : outbound.recentBytesPerSecond();
    }

    /** Returns whether answers still wait for their reader. */
    public static boolean isBehind(SocketWrapperBase<?> connection) {
        Outbound outbound = PatientChannel.of(connection);
        return outbound != null && outbound.isBehind();
    }

    @Override
    public void close() {
        drain.close();
    }
}
