package io.arketic.cli.terminal;

import io.arketic.services.StackSettings;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The checkout that the command works in.
 *
 * @param root absolute
 */
public record Checkout(Path root) {

    /** The one that {@code infra/arketic} stands in; it tells by the property {@code arketic.root}. */
    public static Checkout current() {
        String root = System.getProperty("arketic.root");
        if (root == null || !Files.isDirectory(Path.of(root))) {
            throw CommandException.unusable("start this command through infra/arketic");
        }
        return new Checkout(Path.of(root).toAbsolutePath());
    }

    /** Everything the local stack makes. */
    Path state() {
        return StackSettings.stateDirectory(root, System.getenv());
    }

    public Path demoState() {
        return state().resolve("demo.properties");
    }

    /** Runs of {@code eval}. */
    public Path evaluations() {
        return state().resolve("eval");
    }

    public Path samples() {
        return root.resolve("infra/samples");
    }

    /** Class path of the parser processes. */
    public Path parsers() {
        return root.resolve("infra/dist/parsers/target/lib");
    }
}
