package io.arketic.rag.connection;

import io.arketic.rag.problem.ProblemReason;
import jakarta.servlet.ReadListener;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Locale;
import java.util.Map;
import org.apache.coyote.ActionCode;
import org.apache.coyote.Adapter;
import org.apache.coyote.ContinueResponseTiming;
import org.apache.coyote.InputBuffer;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * Passes a request on when its body is complete, so that no thread waits for a slow sender, and when its tenant may have
 * one more thread. It refuses the next request of a
 * client that does not read its answers. Each of the container's
 * processors has one, and uses it under the lock of the connection.
 */
public final class BodyGate implements Adapter {

    /** Limits a body to more than the JSON that the API takes, except multipart bodies. */
    private static final long LARGEST_PLAIN = (8L << 20) + 1;

    /** Limits a body without credentials: registrations, logins, hooks and questions of strangers are smaller. */
    private static final long LARGEST_OF_STRANGER = 256L << 10;

    /**
     * What is kept of a body.
     *
     * @param most bytes
     * @param owner that has credentials; null for a body that every caller may send
     */
    private record Kept(long most, @Nullable String owner) {}

    private static final Kept NOTHING = new Kept(0, null);
    private static final Kept OF_STRANGER = new Kept(LARGEST_OF_STRANGER, null);

    /**
     * Limits the bytes that are discarded beyond the kept ones: a sender that is not done does not read its refusal.
     */
    private static final long DISCARDED = 100L << 20;

    private final Adapter application;
    private final Connections connections;
    private final long largestUpload;
    private @Nullable SocketWrapperBase<?> connection;
    private @Nullable InputBuffer ofConnection;
    private @Nullable ArrivingBody body;
    private boolean arriving;
    private boolean noRoom;
    private boolean last;
    private RequestThreads.@Nullable Ticket waiting;

    /** @param largestUpload bytes of a multipart body; larger ones are refused by the application */
    public BodyGate(Adapter application, Connections connections, long largestUpload) {
        this.application = application;
        this.connections = connections;
        this.largestUpload = largestUpload;
    }

    /** Assigns a connection before its requests arrive. */
    public void enter(SocketWrapperBase<?> now) {
        connection = now;
    }

    @Override
    public void service(Request request, Response response) throws Exception {
        forget(request);
        SocketWrapperBase<?> sender = connection;
        if (sender != null && Connections.isBehind(sender)) {
            refuse(request, response, ProblemReason.TOO_MANY_REQUESTS);
            return;
        }
        if (sender == null) {
            application.service(request, response);
            return;
        }
        if (request.isFinished()) {
            admit(request, response, sender);
            return;
        }
        long declared = request.getContentLengthLong();
        TurnedAway.Again again = connections.turnedAway().by(request);
        request.setAttribute(TurnedAway.ATTRIBUTE, again);
        Kept kept = again == null ? kept(request, declared) : NOTHING;
        long most = kept.most();
        ArrivingBody began = new ArrivingBody(
                connections.spool(sender, kept.owner()), most, declared > most + DISCARDED ? 0 : DISCARDED);
        ofConnection = request.getInputBuffer();
        body = began;
        if (request.hasExpectation() && declared > most) {
            handOn(request, response, began);
            return;
        }
        response.action(ActionCode.ACK, ContinueResponseTiming.ALWAYS);
        Pace pace = connections.bodyBegan(sender);
        if (declared >= 0 && available(request) >= declared) {
            while (!began.isComplete()) {
                if (began.take(request, pace) == ArrivingBody.Taken.NO_ROOM) {
                    refuse(request, response, ProblemReason.NO_ROOM);
                    return;
                }
            }
            handOn(request, response, began);
            return;
        }
        arriving = true;
        // Like the application's own adapter: arrived bytes are read after this thread is done here.
        request.setRequestThread();
        waitWithoutThread(request);
        request.setReadListener(new Arrival(request, began, pace));
        request.clearRequestThread();
    }

    private static void waitWithoutThread(Request request) {
        request.action(ActionCode.ASYNC_START, Unnoticed.IT);
        request.action(ActionCode.ASYNC_SETTIMEOUT, -1L);
    }

    @Override
    public boolean asyncDispatch(Request request, Response response, SocketEvent event) throws Exception {
        RequestThreads.Ticket ticket = waiting;
        if (ticket != null) {
            waiting = null;
            return resume(request, response, event, ticket);
        }
        ArrivingBody awaited = body;
        if (!arriving || awaited == null) {
            return application.asyncDispatch(request, response, event);
        }
        request.setRequestThread();
        try {
            return await(request, response, event, awaited);
        } finally {
            request.clearRequestThread();
        }
    }

    private boolean await(Request request, Response response, SocketEvent event, ArrivingBody awaited)
            throws Exception {
        if (event == SocketEvent.OPEN_READ) {
            try {
                request.onDataAvailable();
            } catch (IOException gone) {
                forget(request);
                return false;
            }
            if (!awaited.isComplete() && !noRoom) {
                return true;
            }
        } else if (event != SocketEvent.ERROR || !timedOut()) {
            forget(request);
            return false;
        }
        arriving = false;
        request.action(ActionCode.ASYNC_DISPATCH, null);
        request.action(ActionCode.ASYNC_DISPATCHED, null);
        if (awaited.isComplete()) {
            handOn(request, response, awaited);
        } else {
            refuse(request, response, noRoom ? ProblemReason.NO_ROOM : ProblemReason.SENT_TOO_SLOWLY);
        }
        return true;
    }

    private boolean timedOut() {
        return connection != null && connection.getError() instanceof SocketTimeoutException;
    }

    private void handOn(Request request, Response response, ArrivingBody whole) throws Exception {
        if (connection != null) {
            connections.sent(connection);
        }
        request.setInputBuffer(whole);
        last = !whole.hasEnded();
        if (last) {
            response.setHeader("Connection", "close");
        }
        if (connection == null || request.getAttribute(TurnedAway.ATTRIBUTE) != null) {
            service(request, response, null);
        } else {
            admit(request, response, connection);
        }
    }

    /** Serves the request now, or as soon as its tenant may have one more thread. */
    private void admit(Request request, Response response, SocketWrapperBase<?> sender) throws Exception {
        RequestThreads.Ticket ticket = connections.askForThread(sender, request);
        if (ticket.isDecided()) {
            service(request, response, ticket);
            return;
        }
        waiting = ticket;
        waitWithoutThread(request);
        ticket.await(() -> request.action(ActionCode.ASYNC_DISPATCH, null));
    }

    private boolean resume(Request request, Response response, SocketEvent event, RequestThreads.Ticket ticket)
            throws Exception {
        if (!ticket.isDecided() || event == SocketEvent.ERROR || event == SocketEvent.DISCONNECT) {
            ticket.close();
            forget(request);
            return false;
        }
        request.action(ActionCode.ASYNC_DISPATCHED, null);
        service(request, response, ticket);
        return true;
    }

    /** @param ticket of the thread; null for a request that is refused */
    private void service(Request request, Response response, RequestThreads.@Nullable Ticket ticket) throws Exception {
        boolean lastOfConnection = last;
        try (RequestThreads.Ticket held = ticket) {
            if (held != null && held.isRefused()) {
                request.setAttribute(TurnedAway.ATTRIBUTE, new TurnedAway.Again(RequestThreads.refusal(), Map.of()));
            } else if (held != null) {
                held.begin();
            }
            application.service(request, response);
        }
        if (lastOfConnection) {
            response.action(ActionCode.DISABLE_SWALLOW_INPUT, null);
        }
    }

    private void refuse(Request request, Response response, ProblemReason reason) throws IOException {
        forget(request);
        Refusal.write(response, reason);
        response.action(ActionCode.DISABLE_SWALLOW_INPUT, null);
    }

    private Kept kept(Request request, long declared) {
        if (declared >= 0 && declared <= LARGEST_OF_STRANGER) {
            return OF_STRANGER;
        }
        String owner =
                connections.admission().sender(request.getHeader("Authorization"), request.getHeader("X-API-Key"));
        if (owner == null) {
            return OF_STRANGER;
        }
        String type = request.getContentType();
        boolean multipart = type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/");
        return new Kept(multipart ? largestUpload : LARGEST_PLAIN, owner);
    }

    private static long available(Request request) {
        request.action(ActionCode.AVAILABLE, false);
        return request.getAvailable();
    }

    private void forget(Request request) {
        arriving = false;
        noRoom = false;
        last = false;
        if (waiting != null) {
            waiting.close();
            waiting = null;
        }
        if (connection != null) {
            connections.sent(connection);
        }
        if (ofConnection != null) {
            request.setInputBuffer(ofConnection);
            ofConnection = null;
        }
        if (body != null) {
            body.close();
            body = null;
        }
    }

    @Override
    public boolean prepare(Request request, Response response) throws Exception {
        return application.prepare(request, response);
    }

    @Override
    public void log(Request request, Response response, long time) {
        application.log(request, response, time);
    }

    @Override
    public void checkRecycled(Request request, Response response) {
        forget(request);
        application.checkRecycled(request, response);
    }

    @Override
    public String getDomain() {
        return application.getDomain();
    }

    private final class Arrival implements ReadListener {

        private final Request request;
        private final ArrivingBody awaited;
        private final Pace pace;

        Arrival(Request request, ArrivingBody awaited, Pace pace) {
            this.request = request;
            this.awaited = awaited;
            this.pace = pace;
        }

        @Override
        public void onDataAvailable() throws IOException {
            while (!noRoom && !awaited.isComplete() && request.isReady()) {
                noRoom = awaited.take(request, pace) == ArrivingBody.Taken.NO_ROOM;
            }
        }

        @Override
        public void onAllDataRead() {
            // isComplete says so
        }

        @Override
        public void onError(Throwable failure) {
            // the gate hears of it first
        }
    }
}
