package io.arketic.services;

import java.nio.file.Path;

/** Is a real Kafka broker that one test has for itself: it may be stopped and started again. It ends with the JVM. */
public final class Broker {

    private final Path directory;
    private final KafkaBroker component;

    private Broker(Path directory) {
        this.directory = directory;
        this.component = new KafkaBroker(TestRun.root(), directory.resolve("kafka"), Port.free(), Port.free());
    }

    static Broker start(Path directory) {
        Broker broker = new Broker(directory);
        broker.start();
        return broker;
    }

    public String bootstrapServers() {
        return component.bootstrapServers();
    }

    /** Returns when it serves, at the same address and with the same data as before. */
    public void start() {
        TestRun.run(() -> TestRun.begin(component, directory).awaitReady());
    }

    /** Returns when it has ended. */
    public void stop() {
        TestRun.run(() -> ServiceProcess.stop(component, directory));
    }
}
