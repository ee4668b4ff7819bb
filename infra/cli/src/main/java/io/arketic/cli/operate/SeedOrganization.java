package io.arketic.cli.operate;

import com.fasterxml.jackson.databind.JsonNode;
import io.arketic.cli.api.ApiClient;
import io.arketic.cli.api.ApiException;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;

/** Describes an organization for development with its owner and its knowledge base. */
record SeedOrganization(String name, String slug, String email, UUID knowledgeBase) {

    /** Opens only accounts of a stack for development. */
    static final String PASSWORD = "seeded for development";

    private static final String KNOWLEDGE_BASE = "Manuals";

    /** Finds or creates the organization of a number over the API. */
    static SeedOrganization provide(ApiClient api, int number) throws IOException, InterruptedException {
        String name = SeedTexts.organization(number);
        String slug = "seed-" + number;
        String email = "owner-" + number + "@seed.example.org";
        ApiClient owner = signIn(api, email);
        String organization = "";
        for (JsonNode found : items(owner.get("organizations"))) {
            if (found.path("slug").asText().equals(slug)) {
                organization = found.path("id").asText();
            }
        }
        if (organization.isEmpty()) {
            organization = owner.post("organizations", Map.of("name", name, "slug", slug))
                    .path("id")
                    .asText();
        }
        String bases = "organizations/" + organization + "/knowledge-bases";
        for (JsonNode found : items(owner.get(bases))) {
            if (found.path("name").asText().equals(KNOWLEDGE_BASE)) {
                return new SeedOrganization(
                        name, slug, email, UUID.fromString(found.path("id").asText()));
            }
        }
        JsonNode made = owner.post(bases, Map.of("name", KNOWLEDGE_BASE));
        return new SeedOrganization(
                name, slug, email, UUID.fromString(made.path("id").asText()));
    }

    private static ApiClient signIn(ApiClient api, String email) throws IOException, InterruptedException {
        Map<String, String> login = Map.of("email", email, "password", PASSWORD);
        try {
            return api.withToken(
                    api.post("auth/login", login).path("access_token").asText());
        } catch (ApiException e) {
            if (e.status() != 401) {
                throw e;
            }
        }
        api.post(
                "auth/register",
                Map.of("email", email, "password", PASSWORD, "first_name", "Seed", "last_name", "Owner"));
        return api.withToken(api.post("auth/login", login).path("access_token").asText());
    }

    private static JsonNode items(JsonNode answer) {
        return answer.isArray() ? answer : answer.path("items");
    }
}
