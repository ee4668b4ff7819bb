package io.arketic.services;

import io.arketic.services.ServiceException.Reason;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * Runs one process of the API as the build has packaged it.
 *
 * @param number 1 for the first process; each has its own directory, log and temporary files
 */
record RagApi(Path root, Path directory, int number, Port port, Port managementPort, Map<String, String> environment)
        implements Component {

    /** Limits the directory of a Spring Boot jar, which has some tens of kilobytes. */
    private static final long DIRECTORY_BYTES = 1 << 20;

    RagApi {
        // Sorted, so that equal settings print alike.
        environment = new TreeMap<>(environment);
        environment.putAll(ApiOptions.ENVIRONMENT);
    }

    @Override
    public String name() {
        return number == 1 ? "rag-api" : "rag-api-" + number;
    }

    @Override
    public List<Port> ports() {
        return List.of(port, managementPort);
    }

    @Override
    public void prepare() throws IOException {
        if (!Files.exists(jar())) {
            throw new ServiceException(
                    Reason.NOT_BUILT, "No API at " + jar() + ". Build it: mvn -DskipTests package -pl rag-api -am");
        }
        // Files of requests that a killed process has left.
        Directories.delete(temporary());
        Files.createDirectories(temporary());
    }

    @Override
    public List<String> command() {
        List<String> command = new ArrayList<>(List.of(JavaProgram.java()));
        command.addAll(ApiOptions.VIRTUAL_MACHINE);
        command.add("-Djava.io.tmpdir=" + temporary());
        command.addAll(List.of("-jar", jar().toString()));
        command.addAll(List.of("--server.address=127.0.0.1", "--server.port=" + port.number()));
        command.add("--management.server.address=127.0.0.1");
        command.add("--management.server.port=" + managementPort.number());
        return command;
    }

    /**
     * Returns a value that differs for another build of the jar. Builds are reproducible including the times of their
     * files, so it uses the directory at the jar's end, which holds the checksum of each entry.
     */
    @Override
    public String fingerprint() {
        var checksum = new CRC32();
        try (RandomAccessFile file = new RandomAccessFile(jar().toFile(), "r")) {
            byte[] end = new byte[(int) Math.min(file.length(), DIRECTORY_BYTES)];
            file.seek(file.length() - end.length);
            file.readFully(end);
            checksum.update(end);
        } catch (IOException e) {
            return Component.super.fingerprint() + " not built";
        }
        return Component.super.fingerprint() + " " + checksum.getValue();
    }

    @Override
    public boolean isReady() throws IOException, InterruptedException {
        HttpResponse<String> answer =
                Http.get(URI.create("http://127.0.0.1:" + managementPort.number() + "/actuator/health"));
        return answer.statusCode() == 200;
    }

    /** Returns the time to finish active answers, 20 seconds at most. */
    @Override
    public Duration stopsWithin() {
        return Duration.ofSeconds(30);
    }

    private Path temporary() {
        return directory.resolve("temporary");
    }

    private Path jar() {
        return root.resolve("rag-api/target/arketic-rag-api.jar");
    }
}
