package io.arketic.cli.prove;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.arketic.cli.api.ApiClient;
import io.arketic.cli.api.ApiException;
import io.arketic.cli.api.DemoUser;
import io.arketic.cli.stack.Stack;
import io.arketic.cli.terminal.CommandException;
import io.arketic.cli.terminal.Terminal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Runs of eight steps while the API is ended. Two calls may be repeated under their key, one must not be: where its process
 * ended during the call, the step is unknown, and the proof says from the receiver whether it was done.
 */
final class ProveWorkflows {

    private static final Duration PATIENCE = Duration.ofMinutes(30);
    private static final Set<String> ENDED = Set.of("completed", "failed", "cancelled", "timed_out");

    private final Map<String, AtomicInteger> once = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> perhaps = new ConcurrentHashMap<>();
    private final Terminal terminal;
    private final int executions;
    private final int kills;
    private final Stack stack = Stack.current();
    private @Nullable ApiClient signedIn;
    private int unknown;

    ProveWorkflows(Terminal terminal, int executions, int kills) {
        this.terminal = terminal;
        this.executions = executions;
        this.kills = kills;
    }

    boolean holds() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        HttpServer receiver = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 100);
        try {
            receiver.createContext("/once", exchange -> receive(exchange, once));
            receiver.createContext("/perhaps", exchange -> receive(exchange, perhaps));
            receiver.setExecutor(threads);
            receiver.start();
            return run("http://127.0.0.1:" + receiver.getAddress().getPort());
        } finally {
            receiver.stop(0);
            threads.shutdownNow();
        }
    }

    private boolean run(String receiver) throws Exception {
        DemoUser user = DemoUser.provide(stack.checkout(), stack.api());
        String organization = "organizations/" + user.organization();
        String chat = user.api()
                .post(organization + "/chats", Map.of("title", "Proof of workflows", "chat_type", "group"))
                .path("id")
                .asText();
        String workflow = "workflows/"
                + user.api()
                        .post(
                                organization + "/workflows",
                                Map.of("name", "Proof", "definition", definition(receiver, chat)))
                        .path("id")
                        .asText();
        requireReceiver(workflow);
        var victims = new Victims(stack, new Random(), List.of("rag-api"));
        Instant began = Instant.now();
        Duration away = Duration.ZERO;
        boolean killed = false;
        for (int number = 1; number < executions; number++) {
            int n = number;
            Instant asked = Instant.now();
            ProofBase.await(
                    "run " + n + " started",
                    () -> asking(api -> api.post(workflow + "/executions", Map.of("input", Map.of("n", n)))),
                    started -> true,
                    PATIENCE);
            away = killed ? away.plus(Duration.between(asked, Instant.now())) : away;
            killed = false;
            if ((long) (number + 1) * kills / executions > (long) number * kills / executions) {
                terminal.progress("  ended " + victims.endOne() + " after " + (number + 1) + " runs were started");
                killed = true;
            }
        }
        JsonNode counted = ProofBase.await(
                "the end of every run",
                () -> {
                    asking(api -> resolveUnknown(api, workflow));
                    return asking(api -> api.get(workflow));
                },
                found -> found.path("success_count").asInt()
                                + found.path("failure_count").asInt()
                        >= found.path("execution_count").asInt(),
                PATIENCE);
        int started = counted.path("execution_count").asInt();
        long twice = perhaps.values().stream().filter(count -> count.get() > 1).count();
        int messages = asking(api -> messages(api, chat));
        terminal.finishProgress(started + " runs, " + victims.count() + " kills in "
                + Terminal.duration(Duration.between(began, Instant.now())) + ", "
                + Terminal.duration(away) + " of it until the API answered again: "
                + counted.path("success_count").asInt() + " completed; " + once.size() + " of " + 2 * started
                + " repeatable calls, " + perhaps.size() + " of " + started + " others, " + twice + " of them twice, "
                + unknown + " unknown for a while; " + messages + " of " + 2 * started + " messages");
        return counted.path("success_count").asInt() == started
                && once.size() == 2 * started
                && perhaps.size() == started
                && twice == 0
                && messages == 2 * started
                && victims.count() == kills;
    }

    /** Waits for a first run, which fails where the stack may not call this machine. */
    private void requireReceiver(String workflow) throws Exception {
        String run = "executions/"
                + asking(api -> api.post(workflow + "/executions", Map.of("input", Map.of("n", 0))))
                        .path("id")
                        .asText();
        JsonNode ended = ProofBase.await(
                "the end of the first run",
                () -> asking(api -> api.get(run)),
                found -> ENDED.contains(found.path("status").asText()),
                PATIENCE);
        if (!ended.path("status").asText().equals("completed")) {
            throw CommandException.unusable(
                    "the first run is " + ended.path("status").asText() + ": "
                            + ended.path("error_message").asText()
                            + "; workflows call this machine only where the stack is started with"
                            + " ARKETIC_OUTBOUND_ALLOWED_NETWORKS=127.0.0.1/32");
        }
    }

    private interface Call<T> {
        T by(ApiClient api) throws IOException, InterruptedException;
    }

    /** Calls as the demo user; signs in again when its access token has ended. */
    private <T> T asking(Call<T> call) throws IOException, InterruptedException {
        ApiClient api = signedIn;
        if (api == null) {
            api = DemoUser.signIn(stack.checkout(), stack.api()).api();
            signedIn = api;
        }
        try {
            return call.by(api);
        } catch (ApiException refused) {
            if (refused.status() == 401) {
                signedIn = null;
                return asking(call);
            }
            throw refused;
        }
    }

    private static void receive(HttpExchange exchange, Map<String, AtomicInteger> effects) throws IOException {
        String key = String.valueOf(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
        effects.computeIfAbsent(key, first -> new AtomicInteger()).incrementAndGet();
        exchange.sendResponseHeaders(204, -1);
        exchange.close();
    }

    private int resolveUnknown(ApiClient api, String workflow) throws IOException, InterruptedException {
        for (JsonNode run :
                api.get(workflow + "/executions?status=waiting&limit=200").path("items")) {
            String path = "executions/" + run.path("id").asText();
            for (JsonNode step : api.get(path + "/steps").path("items")) {
                if (step.path("status").asText().equals("unknown")) {
                    boolean done = perhaps.containsKey(step.path("effect_id").asText());
                    try {
                        api.post(
                                path + "/steps/" + step.path("step").asText() + "/resolution",
                                Map.of("outcome", done ? "done" : "retry"));
                        unknown++;
                    } catch (ApiException resolved) {
                        // An earlier call did it, and its answer was lost with the process.
                    }
                }
            }
        }
        return unknown;
    }

    /** Counts the different messages. A message that was written twice makes them fewer than the rows. */
    private static int messages(ApiClient api, String chat) throws IOException, InterruptedException {
        Set<String> contents = new HashSet<>();
        int rows = 0;
        String cursor = "";
        do {
            JsonNode page =
                    api.get("chats/" + chat + "/messages?limit=100" + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
            for (JsonNode message : page.path("items")) {
                contents.add(message.path("content").asText());
                rows++;
            }
            cursor = page.path("next_cursor").asText("");
        } while (!cursor.isEmpty() && !cursor.equals("null"));
        return rows == contents.size() ? rows : -rows;
    }

    private static Map<String, Object> definition(String receiver, String chat) {
        return Map.of(
                "steps",
                List.of(
                        step("begin", "transform", List.of(), Map.of("output", Map.of("n", "{{ input.n }}"))),
                        step("one", "http_request", List.of("begin"), call(receiver + "/once", true)),
                        step("two", "http_request", List.of("begin"), call(receiver + "/once", true)),
                        step("tell", "send_message", List.of("one", "two"), message(chat, "First")),
                        step("gate", "condition", List.of("tell"), Map.of("expression", "input.n >= 0")),
                        step("perhaps", "http_request", List.of("gate"), call(receiver + "/perhaps", false)),
                        step("again", "send_message", List.of("perhaps"), message(chat, "Second")),
                        step("end", "transform", List.of("again"), Map.of("output", "done"))));
    }

    private static Map<String, Object> call(String url, boolean idempotent) {
        return Map.of("url", url, "method", "POST", "idempotent", idempotent);
    }

    private static Map<String, Object> message(String chat, String which) {
        return Map.of("chat_id", chat, "content", which + " of run {{ execution.number }}");
    }

    private static Map<String, Object> step(
            String id, String type, List<String> dependsOn, Map<String, Object> config) {
        return Map.of(
                "id", id,
                "type", type,
                "depends_on", dependsOn,
                "config", config,
                "retry", Map.of("attempts", 10, "backoff_seconds", 1));
    }
}
