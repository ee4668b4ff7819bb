package io.arketic.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.arketic.cli.terminal.Checkout;
import io.arketic.cli.terminal.CommandException;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** Signs in the demo user over the API, creates missing resources and keeps {@link DemoState} up to date. */
public final class DemoUser {

    private static final String ORGANIZATION = "Harbour Wheels";
    private static final String KNOWLEDGE_BASE = "Papers of Harbour Wheels";

    private final ApiClient api;
    private final String token;
    private final DemoState state;

    private DemoUser(ApiClient api, String token, DemoState state) {
        this.api = api;
        this.token = token;
        this.state = state;
    }

    /** Signs in the user that {@code demo} created. */
    public static DemoUser signIn(Checkout checkout, ApiClient api) throws IOException, InterruptedException {
        DemoState state = DemoState.load(checkout.demoState())
                .orElseThrow(() ->
                        CommandException.unusable("there is no demo user yet; create it with: infra/arketic demo"));
        return signIn(api, state);
    }

    /** Registers user, organization and knowledge base if the API does not have them; on repeat finds them. */
    public static DemoUser provide(Checkout checkout, ApiClient api) throws IOException, InterruptedException {
        DemoUser user = registered(checkout, api);
        DemoState state = user.state;
        if (state.organizationId() == null || !user.has("organizations", state.organizationId())) {
            JsonNode made = user.createOrganization();
            state = state.withOrganization(
                    UUID.fromString(made.path("id").asText()), made.path("slug").asText());
            state.save(checkout.demoState());
        }
        UUID organization = Objects.requireNonNull(state.organizationId());
        String knowledgeBases = "organizations/" + organization + "/knowledge-bases";
        if (state.knowledgeBaseId() == null || !user.has(knowledgeBases, state.knowledgeBaseId())) {
            JsonNode made = user.api.post(knowledgeBases, Map.of("name", KNOWLEDGE_BASE));
            state = state.withKnowledgeBase(UUID.fromString(made.path("id").asText()));
            state.save(checkout.demoState());
        }
        return new DemoUser(user.api, user.token, state);
    }

    public ApiClient api() {
        return api;
    }

    public String token() {
        return token;
    }

    public String email() {
        return state.email();
    }

    public UUID organization() {
        return require(state.organizationId());
    }

    public UUID knowledgeBase() {
        return require(state.knowledgeBaseId());
    }

    private static DemoUser registered(Checkout checkout, ApiClient api) throws IOException, InterruptedException {
        var known = DemoState.load(checkout.demoState());
        if (known.isPresent()) {
            try {
                return signIn(api, known.get());
            } catch (ApiException e) {
                if (e.status() != 401) {
                    throw e;
                }
                // The database was wiped since: create a new user and ignore the old one.
            }
        }
        DemoState state = DemoState.generate();
        state.save(checkout.demoState());
        api.post(
                "auth/register",
                Map.of(
                        "email",
                        state.email(),
                        "password",
                        state.password(),
                        "first_name",
                        "Demo",
                        "last_name",
                        "User"));
        return signIn(api, state);
    }

    private static DemoUser signIn(ApiClient api, DemoState state) throws IOException, InterruptedException {
        String token = token(api, state);
        return new DemoUser(api.withToken(token, () -> token(api, state)), token, state);
    }

    private static String token(ApiClient api, DemoState state) throws IOException, InterruptedException {
        return api.post("auth/login", Map.of("email", state.email(), "password", state.password()))
                .path("access_token")
                .asText();
    }

    private JsonNode createOrganization() throws IOException, InterruptedException {
        String slug = ORGANIZATION.toLowerCase(Locale.ROOT).replace(' ', '-');
        try {
            return api.post("organizations", Map.of("name", ORGANIZATION, "slug", slug));
        } catch (ApiException e) {
            if (e.status() != 409) {
                throw e;
            }
            // It belongs to an earlier demo user.
            String other =
                    state.email().substring("demo-".length(), state.email().indexOf('@'));
            return api.post("organizations", Map.of("name", ORGANIZATION, "slug", slug + "-" + other));
        }
    }

    private boolean has(String list, UUID id) throws IOException, InterruptedException {
        JsonNode answer = api.get(list);
        for (JsonNode item : answer.isArray() ? answer : answer.path("items")) {
            if (item.path("id").asText().equals(id.toString())) {
                return true;
            }
        }
        return false;
    }

    private static UUID require(@org.jspecify.annotations.Nullable UUID id) {
        if (id == null) {
            throw CommandException.unusable("the demo is not complete; run: infra/arketic demo");
        }
        return id;
    }
}
