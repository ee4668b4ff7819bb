package io.arketic.rag.operations;

import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.actuate.endpoint.CompositeHealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /operations/health}: what the management port reports, without details, to system admins. */
@RestController
@RequestMapping("/api/v1/operations/health")
@Tag(name = "Operations")
class HealthController {

    /**
     * Holds the health of one part.
     *
     * @param status {@code UP}, {@code DOWN}, {@code OUT_OF_SERVICE} or {@code UNKNOWN}
     */
    record Component(String name, String status) {}

    record SystemHealth(String status, List<Component> components) {

        SystemHealth {
            components = List.copyOf(components);
        }
    }

    private final HealthEndpoint health;

    HealthController(HealthEndpoint health) {
        this.health = health;
    }

    @Requires(Permission.OPERATIONS_READ)
    @GetMapping
    @Operation(
            summary = "See the health of the process that answers",
            description = "Lists the components that the management port reports, such as the database, with their "
                    + "states.")
    SystemHealth get() {
        HealthDescriptor whole = health.health();
        return new SystemHealth(whole.getStatus().getCode(), components(whole));
    }

    private static List<Component> components(HealthDescriptor whole) {
        @Nullable
        Map<String, HealthDescriptor> parts =
                whole instanceof CompositeHealthDescriptor composite ? composite.getComponents() : null;
        return parts == null
                ? List.of()
                : parts.entrySet().stream()
                        .map(part -> new Component(
                                part.getKey(), part.getValue().getStatus().getCode()))
                        .sorted(Comparator.comparing(Component::name))
                        .toList();
    }
}
