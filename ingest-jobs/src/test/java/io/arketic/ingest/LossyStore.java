package io.arketic.ingest;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Plays an S3 store that knows every object but delivers none: its HEAD finds, its GET fails. Or it holds one text
 * under every key, and lists it.
 */
public final class LossyStore implements AutoCloseable {

    public static final String ETAG = "900150983cd24fb0d6963f7d28e17f72";

    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final AtomicInteger gets = new AtomicInteger();
    private volatile String code = "NoSuchKey";
    private volatile int status = 404;
    private volatile boolean hidden;
    private volatile boolean closed;
    private volatile boolean absent;
    private volatile boolean down;
    private final AtomicInteger requests = new AtomicInteger();
    private volatile @Nullable String held;
    private volatile @Nullable Stall stall;
    private volatile String etag = ETAG;
    private volatile Instant modified = Instant.parse("2026-11-29T10:00:00Z");

    /** Holds one answer for a long time, while the store's content changes. */
    public static final class Stall {

        private final String method;
        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);

        private Stall(String method) {
            this.method = method;
        }

        /** Returns when the store has been asked. */
        public void await() throws InterruptedException {
            if (!asked.await(60, TimeUnit.SECONDS)) {
                throw new AssertionError("the store was not asked for anything by " + method);
            }
        }

        public void release() {
            released.countDown();
        }

        private void hold() {
            asked.countDown();
            try {
                if (!released.await(60, TimeUnit.SECONDS)) {
                    throw new AssertionError("never released");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    public LossyStore() throws IOException {
        server.createContext("/", this::answer);
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
    }

    public String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public void refuse(int withStatus, String withCode) {
        deny(false, false);
        status = withStatus;
        code = withCode;
        held = null;
        absent = false;
        etag = ETAG;
        gets.set(0);
    }

    /** Holds a text from then on, and answers all requests for it. */
    public void hold(String text, String withEtag, Instant since) {
        deny(false, false);
        absent = false;
        held = text;
        etag = withEtag;
        modified = since;
    }

    /** Holds no object from then on. */
    public void remove() {
        deny(false, false);
        held = null;
        absent = true;
    }

    /**
     * Delays the next answer about an object, by HEAD or GET: it has the present state and arrives when it is released.
     */
    public Stall stallNext(String method) {
        Stall next = new Stall(method);
        stall = next;
        return next;
    }

    /** Answers HEAD with 403, for objects and for the bucket. */
    public void deny(boolean objects, boolean buckets) {
        hidden = objects;
        closed = buckets;
    }

    /** Answers every request with 503, or no longer. */
    public void fail(boolean everything) {
        down = everything;
    }

    public int requests() {
        return requests.get();
    }

    public int gets() {
        return gets.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        if (down) {
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
            return;
        }
        boolean bucket = exchange.getRequestURI().getPath().split("/").length == 2;
        String text = held;
        String tag = etag;
        Instant since = modified;
        boolean gone = absent;
        Stall stalled = stall;
        if (!bucket && stalled != null && exchange.getRequestMethod().equals(stalled.method)) {
            stall = null;
            stalled.hold();
        }
        if (exchange.getRequestMethod().equals("HEAD") && (bucket ? closed : hidden)) {
            exchange.sendResponseHeaders(403, -1);
        } else if (exchange.getRequestMethod().equals("HEAD") && gone && !bucket) {
            exchange.sendResponseHeaders(404, -1);
        } else if (exchange.getRequestMethod().equals("HEAD")) {
            describe(exchange, tag, since);
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(text == null ? 3 : text.length()));
            exchange.sendResponseHeaders(200, -1);
        } else if (exchange.getRequestURI().toString().contains("?location")) {
            send(exchange, 200, "<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"/>");
        } else if (text != null && bucket) {
            send(exchange, 200, listing(exchange.getRequestURI(), text));
        } else if (text != null && !hidden) {
            describe(exchange, tag, since);
            send(exchange, 200, text);
        } else {
            gets.incrementAndGet();
            send(exchange, status, "<Error><Code>" + code + "</Code><Message>no</Message></Error>");
        }
        exchange.close();
    }

    private static void describe(HttpExchange exchange, String tag, Instant since) {
        exchange.getResponseHeaders().set("ETag", "\"" + tag + "\"");
        exchange.getResponseHeaders()
                .set("Last-Modified", DateTimeFormatter.RFC_1123_DATE_TIME.format(since.atOffset(ZoneOffset.UTC)));
    }

    /** Returns the object under the requested key. */
    private String listing(URI request, String text) {
        String key = Arrays.stream(request.getQuery().split("&"))
                .filter(parameter -> parameter.startsWith("prefix="))
                .findFirst()
                .orElseThrow()
                .substring("prefix=".length());
        return """
                <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>any</Name><KeyCount>1</KeyCount>
                <MaxKeys>1</MaxKeys><IsTruncated>false</IsTruncated><Contents>
                <Key>%s</Key><ETag>"%s"</ETag><LastModified>%s</LastModified><Size>%d</Size>
                </Contents></ListBucketResult>""".formatted(key, etag, modified.toString().replace("Z", ".000Z"), text.length());
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
