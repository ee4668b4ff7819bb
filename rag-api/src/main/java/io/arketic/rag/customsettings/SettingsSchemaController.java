package io.arketic.rag.customsettings;

import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.swagger.v3.oas.annotations.Operation;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /custom-settings-schema}: what {@code custom_settings} may hold. */
@RestController
@RequestMapping("/api/v1/custom-settings-schema")
class SettingsSchemaController {

    private static final String REST =
            "Keys that the schema names have an effect and are checked. Others are free data of a"
                    + " client: 100 keys and 32 KiB at most.";

    @Operation(summary = "See what custom_settings of a user may hold, as JSON Schema", description = REST)
    @Requires(Permission.ORGANIZATION_LIST)
    @GetMapping("/user")
    Map<String, Object> user() {
        return SettingsSchema.USER.published();
    }

    @Operation(summary = "See what custom_settings of an organization may hold, as JSON Schema", description = REST)
    @Requires(Permission.ORGANIZATION_LIST)
    @GetMapping("/organization")
    Map<String, Object> organization() {
        return SettingsSchema.ORGANIZATION.published();
    }
}
