package io.arketic.cli;

import io.arketic.services.StackSettings;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The checkout that the command works in.
 *
 * @param root absolute
 */
record Checkout(Path root) {

    /** The one that {@code infra/arketic} stands in; it tells by the property {@code arketic.root}. */
    static Checkout current() {
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

    Path demoState() {
        return state().resolve("demo.properties");
    }

    Path samples() {
        return root.resolve("infra/samples");
    }

    /** Class path of the parser processes. */
    Path parsers() {
        return root.resolve("infra/dist/parsers/target/lib");
    }
}
