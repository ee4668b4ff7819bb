package io.arketic.e2e;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs the command and the API as the build has packaged them and {@code infra/arketic} starts them. */
record Command(Path home, Map<String, String> environment) {

    /** Says where the command prints. */
    enum Manner {
        /** Prints to another program. */
        PIPE,
        /** Prints to a person. */
        TERMINAL
    }

    private static final Path ROOT = Path.of(System.getProperty("arketic.root"));
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final Duration AWAITED = Duration.ofMinutes(2);

    Process api() throws IOException {
        Path log = home.resolve("api.log");
        return start(new ProcessBuilder(
                        JAVA,
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-jar",
                        ROOT.resolve("rag-api/target/arketic-rag-api.jar").toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile()));
    }

    static void awaitServing(Process server, int port) throws Exception {
        URI documentation = URI.create("http://127.0.0.1:" + port + "/openapi");
        HttpClient http = HttpClient.newHttpClient();
        await(
                () -> {
                    if (!server.isAlive()) {
                        throw new AssertionError("the API ended with " + server.exitValue());
                    }
                    try {
                        return http.send(HttpRequest.newBuilder(documentation).build(), BodyHandlers.discarding())
                                .statusCode();
                    } catch (IOException notYet) {
                        return 0;
                    }
                },
                status -> status == 200);
    }

    Running run(Manner manner, String... arguments) throws IOException {
        Path cli = ROOT.resolve("infra/cli/target");
        // A test run in the background may have been told to pass interrupts over, and its children with it.
        List<String> command = new ArrayList<>(List.of(
                "env",
                "--default-signal=INT",
                JAVA,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dfile.encoding=UTF-8",
                "-Dstdout.encoding=UTF-8",
                "-Dsun.stdout.encoding=UTF-8",
                "-Darketic.root=" + ROOT,
                "-Darketic.terminal=" + (manner == Manner.TERMINAL),
                "-cp",
                cli.resolve("arketic-cli.jar") + ":" + cli.resolve("lib") + "/*",
                "io.arketic.cli.Arketic"));
        command.addAll(List.of(arguments));
        if (manner == Manner.TERMINAL) {
            String line = command.stream()
                    .map(word -> "'" + word.replace("'", "'\\''") + "'")
                    .collect(Collectors.joining(" ", "exec ", ""));
            command = List.of("script", "--quiet", "--return", "--flush", "--command", line, "/dev/null");
        }
        Path output = Files.createTempFile(home, "ask", ".out");
        return new Running(
                manner,
                start(new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile())),
                output);
    }

    private Process start(ProcessBuilder builder) throws IOException {
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** Returns the value once it is as wanted. */
    static <T> T await(Callable<T> look, Predicate<T> wanted) throws Exception {
        Instant deadline = Instant.now().plus(AWAITED);
        T seen = look.call();
        while (!wanted.test(seen)) {
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("not within " + AWAITED + ": " + seen);
            }
            TimeUnit.MILLISECONDS.sleep(100);
            seen = look.call();
        }
        return seen;
    }

    /** Represents a call of the command. */
    record Running(Manner manner, Process process, Path file) implements AutoCloseable {

        String output() {
            try {
                return Files.readString(file, StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void awaitOutput(String text) throws Exception {
            await(
                    () -> {
                        if (!process.isAlive() && !output().contains(text)) {
                            throw new AssertionError("ended with " + process.exitValue() + ": " + output());
                        }
                        return output();
                    },
                    printed -> printed.contains(text));
        }

        /** Interrupts it like Ctrl-C: on a terminal by its key. */
        void interrupt() throws IOException, InterruptedException {
            if (manner == Manner.TERMINAL) {
                OutputStream keyboard = process.getOutputStream();
                keyboard.write(3);
                keyboard.flush();
            } else {
                new ProcessBuilder("kill", "-INT", String.valueOf(process.pid()))
                        .start()
                        .waitFor();
            }
        }

        /** Returns the exit status. */
        int awaitEnd() throws InterruptedException {
            if (!process.waitFor(AWAITED.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("still runs: " + output());
            }
            return process.exitValue();
        }

        /** Returns all its processes. */
        List<ProcessHandle> processes() {
            return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                    .toList();
        }

        @Override
        public void close() {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
