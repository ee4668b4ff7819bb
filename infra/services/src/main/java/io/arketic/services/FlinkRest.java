package io.arketic.services;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.arketic.services.ServiceException.Reason;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Starts, watches and ends jobs over Flink's REST interface. Safe for several threads. A request that Flink refuses
 * throws a {@link ServiceException} with the reason REFUSED and Flink's own message; without a listener the reason is
 * NOT_READY. While the JobManagers elect a leader, Flink answers 503 and does nothing, so the request is sent again; after
 * 30 s the reason is NOT_READY.
 */
public final class FlinkRest {

    /** Describes a job; its state has Flink's name: RUNNING, RESTARTING, FINISHED, … */
    public record Job(String id, String name, String state, Instant startedAt) {

        /** Returns whether it has ended for good: FINISHED, CANCELED or FAILED. */
        public boolean isTerminal() {
            return List.of("FINISHED", "CANCELED", "FAILED").contains(state);
        }
    }

    /** Counts the cluster's resources and the free ones. */
    public record Overview(int taskManagers, int slots, int freeSlots) {}

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration ELECTION = Duration.ofSeconds(30);
    private static final int NO_LEADER = 503;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI address;
    private final @Nullable FlinkKeys keys;
    private final Duration election;
    private volatile @Nullable HttpClient client;

    /** Calls a cluster without a key. */
    public FlinkRest(URI address) {
        this(address, null, ELECTION);
    }

    FlinkRest(URI address, FlinkKeys keys) {
        this(address, keys, ELECTION);
    }

    /** @param election how long a leader is waited for */
    FlinkRest(URI address, @Nullable FlinkKeys keys, Duration election) {
        this.address = address;
        this.keys = keys;
        this.election = election;
    }

    /** Calls a local stack, which may start later. */
    public static FlinkRest of(StackSettings settings) {
        return new FlinkRest(settings.flink(), settings.flinkKeys());
    }

    URI address() {
        return address;
    }

    public Overview overview() throws InterruptedException {
        JsonNode answer = get("/overview");
        return new Overview(
                answer.path("taskmanagers").asInt(),
                answer.path("slots-total").asInt(),
                answer.path("slots-available").asInt());
    }

    /**
     * Uploads a job's jar; returns the identifier that {@link #run} takes. The same jar again gets another identifier.
     */
    public String upload(Path jar) throws InterruptedException {
        String boundary = UUID.randomUUID().toString();
        String head = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\""
                + jar.getFileName() + "\"\r\nContent-Type: application/x-java-archive\r\n\r\n";
        try {
            JsonNode answer = send(HttpRequest.newBuilder(address.resolve("/jars/upload"))
                    .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                    .POST(BodyPublishers.concat(
                            BodyPublishers.ofString(head),
                            BodyPublishers.ofFile(jar),
                            BodyPublishers.ofString("\r\n--" + boundary + "--\r\n"))));
            String stored = answer.path("filename").asText();
            return stored.substring(stored.lastIndexOf('/') + 1);
        } catch (java.io.FileNotFoundException e) {
            throw new ServiceException(
                    Reason.NOT_BUILT,
                    "No job at " + jar + ". Build it: mvn -DskipTests package -pl ingest-jobs -am",
                    e);
        }
    }

    /** Starts a job; returns its identifier as soon as Flink has accepted it, which is before it runs. */
    public String run(String jarId, String mainClass, List<String> arguments) throws InterruptedException {
        return run(jarId, mainClass, arguments, Optional.empty());
    }

    /** Starts a job with the state of a savepoint or a retained checkpoint. */
    public String run(String jarId, String mainClass, List<String> arguments, Optional<String> savepoint)
            throws InterruptedException {
        ObjectNode body = JSON.createObjectNode().put("entryClass", mainClass);
        body.set("programArgsList", JSON.valueToTree(arguments));
        savepoint.ifPresent(path -> body.put("savepointPath", path));
        return post("/jars/" + jarId + "/run", body).path("jobid").asText();
    }

    public void deleteJar(String jarId) throws InterruptedException {
        send(HttpRequest.newBuilder(address.resolve("/jars/" + jarId)).DELETE());
    }

    /** Returns all jobs of the cluster, including ended ones. */
    public List<Job> jobs() throws InterruptedException {
        List<Job> jobs = new ArrayList<>();
        get("/jobs/overview").path("jobs").forEach(job -> jobs.add(job(job)));
        return jobs;
    }

    public Job job(String id) throws InterruptedException {
        return job(get("/jobs/" + id));
    }

    /** Returns Flink's record of the job's last failure; empty if it never failed. */
    public Optional<String> failure(String id) throws InterruptedException {
        JsonNode entries =
                get("/jobs/" + id + "/exceptions").path("exceptionHistory").path("entries");
        return entries.isEmpty()
                ? Optional.empty()
                : Optional.of(entries.path(0).path("stacktrace").asText());
    }

    /** Polls until the job is as wanted; throws NOT_READY with the job's state and last failure when the time ends. */
    public Job await(String id, Predicate<Job> wanted, Duration within) throws InterruptedException {
        Instant deadline = Instant.now().plus(within);
        while (true) {
            Job job = job(id);
            if (wanted.test(job)) {
                return job;
            }
            if (Instant.now().isAfter(deadline) || job.isTerminal()) {
                throw new ServiceException(
                        Reason.NOT_READY,
                        "Flink job " + job.name() + " (" + id + ") is " + job.state() + ". "
                                + failure(id).orElse("It reports no failure."));
            }
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
    }

    /** Requests the end of a job and returns before it has ended. */
    public void cancel(String id) throws InterruptedException {
        send(HttpRequest.newBuilder(address.resolve("/jobs/" + id)).method("PATCH", BodyPublishers.noBody()));
    }

    /** Ends a job with a savepoint in Flink's configured directory; returns the savepoint's address. */
    public String stopWithSavepoint(String id, Duration within) throws InterruptedException {
        String trigger = post("/jobs/" + id + "/stop", JSON.createObjectNode().put("drain", false))
                .path("request-id")
                .asText();
        Instant deadline = Instant.now().plus(within);
        while (Instant.now().isBefore(deadline)) {
            JsonNode answer = get("/jobs/" + id + "/savepoints/" + trigger);
            if (answer.path("status").path("id").asText().equals("COMPLETED")) {
                JsonNode operation = answer.path("operation");
                if (operation.has("location")) {
                    return operation.path("location").asText();
                }
                throw new ServiceException(
                        Reason.REFUSED,
                        "No savepoint of job " + id + ": "
                                + operation
                                        .path("failure-cause")
                                        .path("stack-trace")
                                        .asText());
            }
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
        throw new ServiceException(
                Reason.NOT_READY, "The savepoint of job " + id + " took longer than " + within.toSeconds() + " s");
    }

    /** Gets any other resource of Flink's REST documentation: {@code /jobs/ID/vertices/ID/metrics?get=…}. */
    public JsonNode get(String path) throws InterruptedException {
        return send(HttpRequest.newBuilder(address.resolve(path)));
    }

    private JsonNode post(String path, JsonNode body) throws InterruptedException {
        return send(HttpRequest.newBuilder(address.resolve(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.toString())));
    }

    private JsonNode send(HttpRequest.Builder request) throws InterruptedException {
        HttpRequest built = request.timeout(TIMEOUT).build();
        Instant deadline = Instant.now().plus(election);
        try {
            while (true) {
                var response = client().send(built, BodyHandlers.ofString(StandardCharsets.UTF_8));
                int status = response.statusCode();
                if (status / 100 == 2) {
                    return JSON.readTree(response.body());
                }
                if (status != NO_LEADER || Instant.now().isAfter(deadline)) {
                    throw new ServiceException(
                            status == NO_LEADER ? Reason.NOT_READY : Reason.REFUSED,
                            "Flink answered " + status + " to " + built.method() + " " + built.uri() + ": "
                                    + message(response.body()));
                }
                TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
            }
        } catch (IOException e) {
            throw new ServiceException(Reason.NOT_READY, "Flink does not answer at " + address + ": " + e, e);
        }
    }

    /** Creates the client on first use: the key is created with the first start of the cluster. */
    private HttpClient client() {
        HttpClient made = client;
        if (made == null) {
            var builder =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(5));
            if (keys != null) {
                builder.sslContext(keys.context());
            }
            made = builder.build();
            client = made;
        }
        return made;
    }

    private static String message(String body) throws IOException {
        JsonNode errors = JSON.readTree(body).path("errors");
        return errors.isEmpty() ? body : errors.path(errors.size() - 1).asText();
    }

    private static Job job(JsonNode job) {
        return new Job(
                job.path("jid").asText(),
                job.path("name").asText(),
                job.path("state").asText(),
                Instant.ofEpochMilli(job.path("start-time").asLong()));
    }
}
