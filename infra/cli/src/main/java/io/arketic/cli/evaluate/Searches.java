package io.arketic.cli.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import io.arketic.cli.api.ApiClient;
import io.arketic.cli.api.ApiException;
import io.arketic.cli.api.DemoUser;
import io.arketic.cli.stack.Stack;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Runs searches of the demo user sequentially, for longer than one token lives. */
final class Searches {

    private static final int UNAUTHORIZED = 401;
    private static final int TOO_MANY_REQUESTS = 429;

    private final Stack stack;
    private final String path;
    private ApiClient api;

    Searches(Stack stack, UUID knowledgeBase) throws IOException, InterruptedException {
        this.stack = stack;
        this.path = "knowledge-bases/" + knowledgeBase + "/search";
        this.api = signedIn();
    }

    /** Returns the hits, best first; waits if the API's limit on searches is reached. */
    JsonNode find(String question, String mode, int limit) throws IOException, InterruptedException {
        boolean fresh = false;
        while (true) {
            try {
                return api.post(path, Map.of("query", question, "mode", mode, "limit", limit))
                        .path("items");
            } catch (ApiException e) {
                if (e.status() == UNAUTHORIZED && !fresh) {
                    api = signedIn();
                    fresh = true;
                } else if (e.status() == TOO_MANY_REQUESTS) {
                    TimeUnit.SECONDS.sleep(1);
                } else {
                    throw e;
                }
            }
        }
    }

    private ApiClient signedIn() throws IOException, InterruptedException {
        return DemoUser.signIn(stack.checkout(), stack.api()).api();
    }
}
