package io.arketic.rag;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** Plays an S3 store of keys without bytes that refuses to remove some of them, like one with retention locks. */
final class StubbornStore implements AutoCloseable {

    /** Marks keys that it never removes. */
    static final String LOCKED = "locked";

    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final SortedSet<String> keys = new ConcurrentSkipListSet<>();
    private volatile String refused = "refused";

    StubbornStore() throws IOException {
        server.createContext("/", this::answer);
        server.setExecutor(Executors.newFixedThreadPool(2));
        server.start();
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    void hold(String... held) {
        keys.addAll(Arrays.asList(held));
    }

    /** Lets it remove everything from now on but {@link #LOCKED}. */
    void giveIn() {
        refused = "\n";
    }

    List<String> keys(String prefix) {
        return keys.stream().filter(key -> key.startsWith(prefix)).toList();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        switch (exchange.getRequestMethod()) {
            case "HEAD" -> exchange.sendResponseHeaders(200, -1);
            case "DELETE" -> {
                String key = exchange.getRequestURI().getPath().replaceFirst("^/[^/]*/", "");
                boolean refuses = key.contains(refused) || key.contains(LOCKED);
                if (!refuses) {
                    keys.remove(key);
                }
                exchange.sendResponseHeaders(refuses ? 403 : 204, -1);
            }
            default ->
                send(
                        exchange,
                        query.contains("location")
                                ? "<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"/>"
                                : listing(query));
        }
        exchange.close();
    }

    private String listing(String query) {
        String prefix = parameter(query, "prefix");
        boolean folders = !parameter(query, "delimiter").isEmpty();
        String found = keys(prefix).stream()
                .map(key -> {
                    int slash = key.indexOf('/', prefix.length());
                    return folders && slash >= 0
                            ? "<CommonPrefixes><Prefix>" + key.substring(0, slash + 1) + "</Prefix></CommonPrefixes>"
                            : "<Contents><Key>" + key + "</Key><LastModified>2026-11-29T10:00:00.000Z</LastModified>"
                                    + "<ETag>e</ETag><Size>1</Size></Contents>";
                })
                .distinct()
                .collect(Collectors.joining());
        return "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>b</Name><Prefix>" + prefix
                + "</Prefix><IsTruncated>false</IsTruncated>" + found + "</ListBucketResult>";
    }

    private static String parameter(String query, String name) {
        for (String one : query.split("&")) {
            if (one.startsWith(name + "=")) {
                return one.substring(name.length() + 1);
            }
        }
        return "";
    }

    private static void send(HttpExchange exchange, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
