package io.arketic.benchmarks;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Finds the repository whose stack is measured. */
public final class Checkout {

    @Option(names = "--root", defaultValue = "${sys:arketic.root:-.}", description = "the checkout; ${DEFAULT-VALUE}")
    private Path root = Path.of(".");

    public Path root() {
        return root.toAbsolutePath().normalize();
    }

    public String modelDirectory() {
        return root().resolve(".arketic/models").toString();
    }
}
