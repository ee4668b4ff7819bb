package io.arketic.rag.model;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import io.arketic.rag.answer.Question;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.permission.Role;
import io.arketic.rag.profile.Asker;
import io.arketic.schema.search.Expansion;
import io.arketic.schema.search.SearchFilter;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.json.JsonMapper;

/** Provides settings, questions and scripted answers for tests of language models. */
public final class Models {

    private static final JsonMapper JSON = new JsonMapper();

    private Models() {}

    public static ChatProperties settings(String baseUrl, Duration firstToken, Duration timeout) {
        return new ChatProperties(
                URI.create(baseUrl),
                "key",
                "small",
                List.of(),
                List.of(),
                timeout,
                firstToken,
                Duration.ofSeconds(5),
                3,
                100,
                8192,
                8,
                BigDecimal.valueOf(10),
                List.of());
    }

    public static ChatProperties with(ChatProperties.ModelEndpoint first, ChatProperties.ModelEndpoint second) {
        return new ChatProperties(
                null,
                "",
                "small",
                List.of(first, second),
                List.of("other"),
                Duration.ofSeconds(20),
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                2,
                100,
                8192,
                8,
                BigDecimal.valueOf(10),
                List.of());
    }

    public static Question question(String text, Question.Turn... earlier) {
        return new Question(
                new Membership(
                        new UUID(0, 1), "acme", new UUID(0, 2), Role.MEMBER, false, null, false, false, false, null),
                List.of(),
                SearchFilter.NONE,
                Expansion.NONE,
                text,
                List.of(earlier),
                null,
                null,
                null,
                0.2,
                Asker.PROGRAM);
    }

    /** Returns the body of an answer that comes in these pieces. */
    public static String events(String... pieces) {
        StringBuilder body = new StringBuilder("data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n");
        for (String piece : pieces) {
            body.append("data: {\"choices\":[{\"delta\":{\"content\":")
                    .append(JSON.writeValueAsString(piece))
                    .append("}}]}\n\n");
        }
        return body.toString();
    }

    public static ResponseDefinitionBuilder answer(String... pieces) {
        return aResponse()
                .withHeader("Content-Type", "text/event-stream")
                .withBody(events(pieces)
                        + "data: {\"choices\":[],\"usage\":{\"total_tokens\":42,\"completion_tokens\":2}}\n\n"
                        + "data: [DONE]\n\n");
    }
}
