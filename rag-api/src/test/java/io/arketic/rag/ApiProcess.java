package io.arketic.rag;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.core.env.EnumerablePropertySource;

/** Another process of a running API's deployment, which can be killed. */
final class ApiProcess implements AutoCloseable {

    private static final String STARTED = "Started ArketicApi";

    private final Process process;
    private final StringBuffer said = new StringBuffer();
    private volatile boolean started;

    private ApiProcess(Process process) {
        this.process = process;
        Thread reading = new Thread(this::read, "api-process");
        reading.setDaemon(true);
        reading.start();
    }

    private void read() {
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                said.append(line).append('\n');
                started |= line.contains(STARTED);
            }
        } catch (IOException killed) {
            // It says nothing any longer.
        }
    }

    /** @throws IllegalStateException with what it said, where it ended before */
    boolean hasStarted() {
        if (!started && !process.isAlive()) {
            throw new IllegalStateException("The process ended: " + said);
        }
        return started;
    }

    /** With the settings of {@code api}, and {@code more} in place of its own. */
    static ApiProcess beside(RunningApi api, Map<String, String> more) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ArketicApi.class.getName()));
        Map<String, String> all = new LinkedHashMap<>();
        if (api.context().getEnvironment().getPropertySources().get("commandLineArgs")
                instanceof EnumerablePropertySource<?> settings) {
            for (String name : settings.getPropertyNames()) {
                all.put(name, String.valueOf(settings.getProperty(name)));
            }
        }
        // Given twice, a setting would have both values.
        all.putAll(more);
        all.forEach((name, value) -> command.add("--" + name + "=" + value));
        try {
            return new ApiProcess(
                    new ProcessBuilder(command).redirectErrorStream(true).start());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** As {@code kill -9}: nothing in it runs any longer. */
    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        kill();
    }
}
