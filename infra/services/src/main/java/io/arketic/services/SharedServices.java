package io.arketic.services;

import io.arketic.services.ServiceException.Reason;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.UUID;

/**
 * Starts the services that the modules of one Maven run share. The first JVM of tests that needs one starts it; it ends
 * with Maven. In a JVM that no Maven started, the services end with that JVM.
 */
final class SharedServices {

    /**
     * Tells the JVMs how to reach a service.
     *
     * @param secret the same for as long as its data are there
     */
    record Access(Port port, Port secondPort, String secret) {}

    /** Makes the component in the same way for its starter and its later users. */
    interface Maker<C> {
        C make(Path directory, Access access);
    }

    private static final String LAUNCHER = "org.codehaus.plexus.classworlds.launcher.Launcher";

    private SharedServices() {}

    /** Returns the directory of their data and logs. */
    static Path directory() {
        return Shared.DIRECTORY;
    }

    /** Returns the service of this name when it serves; starts it if it does not run. */
    static <C extends Component> C get(String name, Maker<C> maker) {
        Path shared = directory();
        Path own = shared.resolve(name);
        Path file = shared.resolve(name + ".properties");
        try (StackLock lock = StackLock.take(own)) {
            if (Files.exists(file)) {
                C running = maker.make(own, read(file));
                if (ServiceProcess.running(running, shared).isPresent()) {
                    return running;
                }
            }
            String secret =
                    Files.exists(file) ? read(file).secret() : UUID.randomUUID().toString();
            Access access = new Access(Port.free(), Port.free(), secret);
            write(access, file);
            C component = maker.make(own, access);
            TestRun.run(() -> ServiceProcess.start(component, shared).awaitReady());
            return component;
        } catch (IOException e) {
            throw new ServiceException(Reason.SYSTEM, "Cannot use " + file, e);
        }
    }

    private static Access read(Path file) throws IOException {
        Properties properties = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        return new Access(
                new Port(Integer.parseInt(properties.getProperty("port")), ""),
                new Port(Integer.parseInt(properties.getProperty("second-port")), ""),
                properties.getProperty("secret"));
    }

    private static void write(Access access, Path file) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("port", String.valueOf(access.port().number()));
        properties.setProperty("second-port", String.valueOf(access.secondPort().number()));
        properties.setProperty("secret", access.secret());
        var text = new StringWriter();
        properties.store(text, null);
        Secrets.writeOwnerOnly(file, text.toString());
    }

    /** Returns the Maven process that this JVM is a fork of, or this JVM. */
    static ProcessIdentity owner() {
        var parent = ProcessHandle.current().parent();
        while (parent.isPresent()) {
            long pid = parent.get().pid();
            if (isMaven(pid)) {
                return ProcessIdentity.of(pid).orElseGet(ProcessIdentity::self);
            }
            parent = parent.get().parent();
        }
        return ProcessIdentity.self();
    }

    private static boolean isMaven(long pid) {
        try {
            return Files.readString(Path.of("/proc", String.valueOf(pid), "cmdline"))
                    .contains(LAUNCHER);
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }

    /** Holds what is created on first use. */
    private static final class Shared {
        static final Path DIRECTORY = TestDirectory.of(TestRun.root(), owner());
    }
}
