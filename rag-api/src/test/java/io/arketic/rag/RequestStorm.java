package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.services.Fixtures;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/**
 * Generates requests against one operation, the same at each run: none may make the server fail or reveal internals.
 */
final class RequestStorm {

    private static final int REQUESTS = Fixtures.heavy(200);
    private static final int RAW_REQUESTS = 10;
    private static final List<String> VALUES = List.of(
            "",
            " ",
            "0",
            "-1",
            "1",
            "99999999999999999999",
            "1e9",
            "NaN",
            "true",
            "null",
            "\u0000",
            "\n",
            "\u202e",
            "\ud83d\ude80",
            "%",
            "'",
            "\"",
            "../..",
            ";a=b",
            "[]",
            "{}",
            "a".repeat(3000),
            "00000000-0000-0000-0000-000000000000",
            "é");
    private static final List<String> MEDIA_TYPES = List.of(
            "application/json",
            "application/json",
            "application/json",
            "text/plain",
            "application/xml",
            "nonsense",
            "multipart/form-data",
            "multipart/form-data; boundary=" + Multipart.BOUNDARY,
            "application/json; charset=utf-16",
            "application/x-www-form-urlencoded",
            "application/merge-patch+json");
    private static final Map<String, List<String>> HEADERS = Map.of(
            "Accept", List.of("*/*", "application/json", "text/event-stream", "text/plain", "image/png", "nonsense"),
            "If-Match", List.of("*", "\"0\"", "W/\"1\"", "nonsense", "\"", "\"1\", \"2\""),
            "Idempotency-Key", List.of("a", "b", " ", "x".repeat(400), "é", "0"),
            "X-Request-Id", List.of("ok-1", "not fit", "x".repeat(2000)),
            "Content-Encoding", List.of("gzip", "nonsense"),
            "Accept-Language", List.of("de", "xx-nonsense-*", "tlh;q=2"),
            "Range", List.of("bytes=0-", "bytes=9-1", "nonsense"),
            "Last-Event-ID", List.of("1", "nonsense"),
            "X-HTTP-Method-Override", List.of("DELETE"),
            "X-API-Key", List.of("nonsense", "ak_x"));

    private final Supplier<TenantWorld> worlds;
    private final Predicate<RawReply> refusal;
    private TenantWorld world;
    private boolean spent;

    RequestStorm(Supplier<TenantWorld> worlds) {
        this(worlds, RawReply::isProblem);
    }

    /** @param refusal how an answer with a status of 400 and above looks */
    RequestStorm(Supplier<TenantWorld> worlds, Predicate<RawReply> refusal) {
        this.worlds = worlds;
        this.refusal = refusal;
        this.world = worlds.get();
    }

    void run(ApiOperation operation) {
        if (spent) {
            world = worlds.get();
        }
        Queue<String> failures = new ConcurrentLinkedQueue<>();
        Queue<Integer> statuses = new ConcurrentLinkedQueue<>();
        IntStream.range(0, REQUESTS).parallel().forEach(number -> {
            RawReply reply = request(operation, number, failures);
            statuses.add(reply.status());
        });
        IntStream.range(0, RAW_REQUESTS)
                .parallel()
                .forEach(number -> statuses.add(rawRequest(operation, new Random(31L * number + 1), failures)));
        spent = operation.method().equals("DELETE")
                || statuses.contains(401)
                || operation.path().endsWith("settings");
        assertThat(failures)
                .as(operation + " answered "
                        + statuses.stream().distinct().sorted().toList())
                .isEmpty();
        assertThat(statuses).hasSize(REQUESTS + RAW_REQUESTS);
    }

    private RawReply request(ApiOperation operation, int number, Queue<String> failures) {
        Random random = new Random(operation.toString().hashCode() * 1000L + number);
        BodyForge forge = new BodyForge(random.nextLong());
        String address = address(operation, random);
        Map<String, String> headers = world.headers();
        HEADERS.forEach((name, values) -> {
            boolean asked = operation.parameters("header").stream()
                    .anyMatch(header -> header.path("name").asString().equalsIgnoreCase(name));
            if (random.nextInt(asked ? 2 : 12) == 0) {
                headers.put(name, values.get(random.nextInt(values.size())).replaceAll("[^\\x20-\\x7e]", "?"));
            }
        });
        byte[] body = new byte[0];
        if (operation.takesFiles()) {
            headers.put("Content-Type", "multipart/form-data; boundary=" + Multipart.BOUNDARY);
            String field = random.nextInt(4) == 0 ? VALUES.get(random.nextInt(VALUES.size())) : "files";
            body = Multipart.file(field, VALUES.get(random.nextInt(VALUES.size())) + ".txt", forge.hostile());
        } else if (operation.takesJson() || random.nextInt(4) == 0) {
            headers.put("Content-Type", "application/json");
            body = operation.takesJson()
                    ? forge.mutated(operation).getBytes(StandardCharsets.UTF_8)
                    : forge.hostile().getBytes(StandardCharsets.UTF_8);
        }
        if (random.nextInt(15) == 0) {
            headers.put("Content-Type", MEDIA_TYPES.get(random.nextInt(MEDIA_TYPES.size())));
        }
        if (random.nextInt(15) == 0) {
            body = new byte[random.nextInt(400)];
            random.nextBytes(body);
        }
        RawReply reply = RawReply.of(operation.method(), address, headers, body);
        if (reply.status() >= 500 || reply.status() >= 400 && !refusal.test(reply) || tellsOfInsides(reply.text())) {
            failures.add(operation.method() + " " + address + " " + headers + " "
                    + new String(body, StandardCharsets.UTF_8).lines().limit(3).toList() + " -> " + reply);
        }
        return reply;
    }

    private String address(ApiOperation operation, Random random) {
        StringBuilder address = new StringBuilder();
        if (random.nextInt(5) == 0 && !operation.places().isEmpty()) {
            String path = operation.path();
            for (String place : operation.places()) {
                path = path.replace("{" + place + "}", encoded(segment(random)));
            }
            address.append(URI.create(world.address(operation)).resolve("/")).append(path.substring(1));
        } else {
            address.append(world.address(operation, world, Set.of()));
        }
        char joint = '?';
        for (JsonNode parameter : operation.parameters("query")) {
            if (random.nextInt(2) == 0) {
                address.append(joint)
                        .append(encoded(parameter.path("name").asString()))
                        .append('=')
                        .append(encoded(VALUES.get(random.nextInt(VALUES.size()))));
                joint = '&';
            }
        }
        if (random.nextInt(6) == 0) {
            address.append(joint)
                    .append(encoded(VALUES.get(random.nextInt(VALUES.size()))))
                    .append("=x&&=");
        }
        return address.toString();
    }

    /** Leaves out what the firewall before the application refuses; {@link #rawRequest} sends it. */
    private static String segment(Random random) {
        String value = VALUES.get(random.nextInt(VALUES.size()));
        return value.isBlank() || value.matches("[\\s\\S]*[\\u0000-\\u001f;%/\\\\\\u202e][\\s\\S]*") ? "x" : value;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Sends bytes as no client library would. */
    private int rawRequest(ApiOperation operation, Random random, Queue<String> failures) {
        URI address = URI.create(world.address(operation));
        String path = operation.path().replaceAll("\\{[^}]+}", Matcher.quoteReplacement(raw(random)));
        String request = operation.method() + " " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                + "Authorization: Bearer " + world.token() + "\r\nContent-Type: application/json\r\n"
                + "If-Match: " + raw(random) + "\r\nX-Request-Id: " + raw(random) + "\r\nContent-Length: 2\r\n\r\n{}";
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            InputStream answer = socket.getInputStream();
            String text = new String(answer.readNBytes(2000), StandardCharsets.UTF_8);
            int status = text.length() > 12 ? Integer.parseInt(text.substring(9, 12)) : 0;
            if (status == 0 || status >= 500 || tellsOfInsides(text)) {
                failures.add(request + " -> " + text);
            }
            return status;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String raw(Random random) {
        return List.of(
                        "%00",
                        "%zz",
                        "..%2f..",
                        "%c0%ae",
                        "\u0001",
                        "\u007f",
                        "\u00ff\u00fe",
                        "//",
                        ";x",
                        "%ed%a0%80",
                        "%25",
                        "\\")
                .get(random.nextInt(12));
    }

    private static boolean tellsOfInsides(String text) {
        return text.contains("\tat ")
                || text.contains("java.lang.")
                || text.contains("org.postgresql")
                || text.contains("org.springframework");
    }
}
