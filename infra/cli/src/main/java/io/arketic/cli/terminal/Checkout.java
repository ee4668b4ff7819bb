package io.arketic.cli.terminal;

import io.arketic.services.StackSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Describes the checkout that the command works in.
 *
 * @param root absolute
 */
public record Checkout(Path root) {

    /** Returns the checkout of {@code infra/arketic}, which passes it as the property {@code arketic.root}. */
    public static Checkout current() {
        String root = System.getProperty("arketic.root");
        if (root == null || !Files.isDirectory(Path.of(root))) {
            throw CommandException.unusable("start this command through infra/arketic");
        }
        return new Checkout(Path.of(root).toAbsolutePath());
    }

    /** Returns the directory of everything that the local stack creates. */
    public Path state() {
        return StackSettings.stateDirectory(root, System.getenv());
    }

    public Path demoState() {
        return state().resolve("demo.properties");
    }

    /** Returns the directory of the runs of {@code eval}. */
    public Path evaluations() {
        return state().resolve("eval");
    }

    /** Returns the record of a sync; {@code what} names the directory and its place on the drive. */
    public Path syncRecord(String what) {
        UUID name = UUID.nameUUIDFromBytes(what.getBytes(StandardCharsets.UTF_8));
        return state().resolve("sync").resolve(name + ".jsonl");
    }

    public Path samples() {
        return root.resolve("infra/samples");
    }

    /** Returns the class path of the parser processes. */
    public Path parsers() {
        return root.resolve("infra/dist/parsers/target/lib");
    }
}
