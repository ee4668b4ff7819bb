package io.arketic.services;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Plays a component as a shell script, ready when it has created the file {@code ready}. */
record Script(String name, Path directory, String text, List<Port> ports, Duration startsWithin, Duration stopsWithin)
        implements Component {

    static Script of(Path directory, String text) {
        return new Script("script", directory, text, List.of(), Duration.ofSeconds(60), Duration.ofSeconds(60));
    }

    Script withPort(Port port) {
        return new Script(name, directory, text, List.of(port), startsWithin, stopsWithin);
    }

    Script startingWithin(Duration limit) {
        return new Script(name, directory, text, ports, limit, stopsWithin);
    }

    Script stoppingWithin(Duration limit) {
        return new Script(name, directory, text, ports, startsWithin, limit);
    }

    @Override
    public void prepare() throws IOException {
        Files.deleteIfExists(directory.resolve("ready"));
    }

    @Override
    public List<String> command() {
        return List.of("sh", "-c", text);
    }

    @Override
    public boolean isReady() {
        return Files.exists(directory.resolve("ready"));
    }
}
