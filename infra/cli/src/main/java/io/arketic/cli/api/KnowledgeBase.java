package io.arketic.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.arketic.cli.terminal.CommandException;
import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Names a knowledge base for files and questions. */
public record KnowledgeBase(UUID id, UUID organizationId, String organizationSlug) {

    /** Finds the requested knowledge base if the user may see it; with null the demo's. */
    public static KnowledgeBase find(DemoUser user, @Nullable UUID id) throws IOException, InterruptedException {
        UUID wanted = id == null ? user.knowledgeBase() : id;
        String organization = user.api()
                .get("knowledge-bases/" + wanted)
                .path("organization_id")
                .asText();
        JsonNode organizations = user.api().get("organizations");
        for (JsonNode item : organizations.path("items")) {
            if (item.path("id").asText().equals(organization)) {
                return new KnowledgeBase(
                        wanted, UUID.fromString(organization), item.path("slug").asText());
            }
        }
        throw CommandException.failed("knowledge base " + wanted + " belongs to no organization of the demo user");
    }
}
