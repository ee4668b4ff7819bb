package io.arketic.services;

import io.arketic.services.ServiceException.Reason;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The API, as the build has packaged it. */
record RagApi(Path root, Path directory, Port port, Port managementPort, Map<String, String> environment)
        implements Component {

    RagApi {
        // Sorted, so that equal settings print alike.
        environment = new TreeMap<>(environment);
    }

    @Override
    public String name() {
        return "rag-api";
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
        Files.createDirectories(directory);
    }

    @Override
    public List<String> command() {
        List<String> command = new ArrayList<>(List.of(JavaProgram.java(), "-Xmx512m", "-XX:+UseSerialGC"));
        command.add("-XX:+ExitOnOutOfMemoryError");
        command.addAll(List.of("-jar", jar().toString()));
        command.addAll(List.of("--server.address=127.0.0.1", "--server.port=" + port.number()));
        command.add("--management.server.address=127.0.0.1");
        command.add("--management.server.port=" + managementPort.number());
        return command;
    }

    /** Another build of the jar is another API. */
    @Override
    public String fingerprint() {
        return Component.super.fingerprint() + " " + jar().toFile().lastModified();
    }

    @Override
    public boolean isReady() throws IOException, InterruptedException {
        HttpResponse<String> answer =
                Http.get(URI.create("http://127.0.0.1:" + managementPort.number() + "/actuator/health"));
        return answer.statusCode() == 200;
    }

    /** It answers what it has begun to answer, for 20 seconds at most. */
    @Override
    public Duration stopsWithin() {
        return Duration.ofSeconds(30);
    }

    private Path jar() {
        return root.resolve("rag-api/target/arketic-rag-api.jar");
    }
}
