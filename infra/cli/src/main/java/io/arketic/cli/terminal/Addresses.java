package io.arketic.cli.terminal;

import io.arketic.services.StackSettings;
import java.util.List;

/** Returns the stack's addresses for a browser. */
public final class Addresses {

    private Addresses() {}

    public static List<String> of(StackSettings settings) {
        return List.of(
                "API documentation   " + settings.api() + "/docs",
                "OpenAPI document    " + settings.api() + "/openapi",
                "Flink, its jobs     " + settings.flink(),
                "Health and metrics  " + settings.management() + "/actuator/health",
                "S3 store            " + settings.productEnvironment().get("ARKETIC_STORE_ENDPOINT"));
    }
}
