package io.arketic.rag.operations;

import io.arketic.rag.deployment.PublicAddress;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.swagger.v3.oas.annotations.Operation;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /deployment}: what clients have to know of this deployment. */
@RestController
@RequestMapping("/api/v1/deployment")
class DeploymentController {

    /** @param publicUrl the address of the API for users, before {@code /api/v1}; null where none is configured */
    record DeploymentView(@Nullable String publicUrl) {}

    private final PublicAddress address;

    DeploymentController(PublicAddress address) {
        this.address = address;
    }

    @Operation(
            summary = "See the address of this deployment",
            description =
                    "Addresses that are given to others begin with it, such as those of public knowledge bases and webhooks.")
    @Requires(Permission.ORGANIZATION_LIST)
    @GetMapping
    DeploymentView get() {
        return new DeploymentView(address.configured().orElse(null));
    }
}
