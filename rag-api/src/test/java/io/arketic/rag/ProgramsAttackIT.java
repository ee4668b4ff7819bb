package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.json.JsonMapper;

/**
 * Attacks operations of other protocols, which the OpenAPI document leaves out, like {@code AttackIT} and {@code
 * StormIT}: with the same generators, and the refusals of those protocols.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProgramsAttackIT {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String OPERATIONS = "programs.json";

    private final BodyForge forge = new BodyForge(13);
    private RunningApi api;
    private List<ApiOperation> documented;
    private TenantRows rows;
    private TenantWorld victim;
    private TenantWorld attacker;

    @BeforeAll
    void start() {
        api = RunningApi.shared(AttackSettings.SETTINGS);
        documented = ApiOperation.all(api.client().get("/openapi").body());
        rows = new TenantRows(api.database());
        victim = world();
        attacker = world();
        // as many questions as the attack asks
        api.execute("update organizations set max_ai_requests_per_month = 1000000");
    }

    @Test
    void whatTheyAreShownIsTaken() throws IOException {
        for (ApiOperation operation : operations(attacker)) {
            RawReply reply = send(operation, attacker, attacker.token(), BodyForge.text(forge.valid(operation)));
            assertThat(reply.status()).as(operation + ": " + reply).isEqualTo(200);
        }
    }

    @Test
    void withoutATokenNothingIsServed() throws IOException {
        for (ApiOperation operation : operations(victim)) {
            for (String token : List.of("", "nonsense", "ark_nonsense", victim.token() + "x")) {
                RawReply reply = send(operation, victim, token, BodyForge.text(forge.valid(operation)));
                assertThat(reply.status())
                        .as(operation + " without a token: " + reply)
                        .isEqualTo(401);
                assertThat(isRefusal(reply)).as(reply.toString()).isTrue();
            }
        }
    }

    @Test
    void anothersKnowledgeBaseIsNotFoundAndNothingChanges() throws IOException {
        Map<String, String> before = rows.of(organization(victim), victim.userId());
        for (ApiOperation operation : operations(victim)) {
            RawReply reply = send(operation, victim, attacker.token(), BodyForge.text(forge.valid(operation)));
            if (operation.path().equals("/v1/chat/completions")
                    || !operation.places().isEmpty()) {
                assertThat(reply.status()).as(operation + ": " + reply).isEqualTo(404);
                assertThat(isRefusal(reply)).as(reply.toString()).isTrue();
            } else if (operation.path().equals("/mcp")) {
                assertThat(reply.body().path("result").path("isError").asBoolean())
                        .as(reply.toString())
                        .isTrue();
            }
            assertThat(reply.text()).doesNotContain(base(victim));
        }
        for (String own : List.of("kb:" + base(attacker) + ",kb:", "kb:" + UUID.randomUUID() + ",kb:")) {
            ApiOperation ask = operations(attacker).get(0);
            Map<String, String> fields = forge.valid(ask);
            fields.put("model", "\"" + own + base(victim) + "\"");
            assertThat(send(ask, attacker, attacker.token(), BodyForge.text(fields))
                            .status())
                    .isEqualTo(404);
        }
        for (String tool : List.of("read_document", "search")) {
            String arguments = tool.equals("search")
                    ? "{\"query\":\"notes\",\"knowledge_base_ids\":[\"" + base(attacker) + "\",\"" + base(victim)
                            + "\"]}"
                    : "{\"knowledge_base_id\":\"" + base(victim) + "\",\"document_id\":\"" + UUID.randomUUID() + "\"}";
            RawReply reply = call(tool, arguments);
            assertThat(reply.body().path("result").path("isError").asBoolean())
                    .as(reply.toString())
                    .isTrue();
        }
        assertThat(rows.of(organization(victim), victim.userId())).isEqualTo(before);
    }

    @Test
    void whatIsMalformedIsRefusedInTheProtocolsForm() throws IOException {
        SoftAssertions softly = new SoftAssertions();
        for (ApiOperation operation : operations(attacker)) {
            if (!operation.takesJson() || operation.path().equals("/mcp")) {
                continue;
            }
            List<String> bodies = new ArrayList<>(List.of("{", "[]", "null", "\"text\"", "", "{\"model\":"));
            operation.bodySchema().path("properties").properties().forEach(property -> {
                List<String> wrong = new ArrayList<>(BodyForge.outOfBounds(operation, property.getValue()));
                String wrongType = BodyForge.wrongType(operation, property.getValue());
                if (wrongType != null) {
                    wrong.add(wrongType);
                }
                for (String text : wrong) {
                    Map<String, String> fields = forge.valid(operation);
                    fields.put(property.getKey(), text);
                    bodies.add(BodyForge.text(fields));
                }
            });
            operation.bodySchema().path("required").forEach(required -> {
                Map<String, String> fields = forge.valid(operation);
                fields.remove(required.asString());
                bodies.add(BodyForge.text(fields));
            });
            for (String body : bodies) {
                RawReply reply = send(operation, attacker, attacker.token(), body);
                softly.assertThat(reply.status())
                        .as(operation + " with " + body + ": " + reply)
                        .isIn(400, 404, 415, 422);
                softly.assertThat(isRefusal(reply)).as(body + ": " + reply).isTrue();
            }
        }
        softly.assertAll();
    }

    @Test
    void messagesThatAreNoneAreNotAskedAndNotCharged() throws IOException {
        ApiOperation ask = operations(attacker).get(0);
        String before = usage();
        for (String messages : List.of(
                "[]",
                "[null]",
                "[{}]",
                "[{\"role\":\"assistant\",\"content\":\"Hello\"}]",
                "[{\"role\":\"user\",\"content\":\" \"}]",
                "[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]",
                "[{\"role\":\"user\",\"content\":{}}]",
                "[{\"role\":\"user\",\"content\":\"" + "x".repeat(4001) + "\"}]",
                "[{\"role\":\"user\",\"content\":\"" + "x".repeat(1 << 20) + "\"}]",
                "[" + "{\"role\":\"user\",\"content\":\"x\"},".repeat(201)
                        + "{\"role\":\"user\",\"content\":\"x\"}]")) {
            for (String stream : List.of("true", "false")) {
                Map<String, String> fields = forge.valid(ask);
                fields.put("messages", messages);
                fields.put("stream", stream);
                RawReply reply = send(ask, attacker, attacker.token(), BodyForge.text(fields));
                assertThat(reply.status()).as(messages + ": " + reply).isIn(400, 413, 422);
                assertThat(isRefusal(reply)).as(reply.toString()).isTrue();
            }
        }
        assertThat(usage()).isEqualTo(before);
    }

    @TestFactory
    Stream<DynamicTest> noRequestMakesTheServerFail() throws IOException {
        return operations(attacker).stream()
                .map(named -> DynamicTest.dynamicTest(named.toString(), () -> {
                    TenantWorld world = world();
                    api.execute("update organizations set max_ai_requests_per_month = 1000000");
                    ApiOperation operation = operations(world).stream()
                            .filter(same -> same.toString().equals(named.toString()))
                            .findFirst()
                            .orElseThrow();
                    new RequestStorm(() -> world, ProgramsAttackIT::isRefusal).run(operation);
                }));
    }

    /** Checks OpenAI's form, or a problem where no operation has been reached. */
    private static boolean isRefusal(RawReply reply) {
        var error = reply.body().path("error");
        return reply.isProblem()
                || !error.path("message").asString("").isEmpty()
                        && !error.path("type").asString("").isEmpty()
                        && !error.path("code").asString("").isEmpty();
    }

    private RawReply call(String tool, String arguments) {
        Map<String, String> headers = TenantWorld.headers(attacker.token());
        headers.put("Content-Type", "application/json");
        headers.put("Accept", "application/json, text/event-stream");
        return RawReply.of(
                "POST",
                api.client().address() + "/mcp",
                headers,
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"" + tool
                        + "\",\"arguments\":" + arguments + "}}");
    }

    private RawReply send(ApiOperation operation, TenantWorld world, String token, String body) throws IOException {
        Map<String, String> headers = token.isEmpty() ? new LinkedHashMap<>() : TenantWorld.headers(token);
        if (operation.takesJson()) {
            headers.put("Content-Type", "application/json");
        }
        String path = operation.path().replace("{model}", "kb:" + base(world));
        return RawReply.of(
                operation.method(), api.client().address() + path, headers, operation.takesJson() ? body : "");
    }

    private TenantWorld world() {
        return TenantWorld.make(api.client(), documented, forge);
    }

    private List<ApiOperation> operations(TenantWorld world) throws IOException {
        try (InputStream document = ProgramsAttackIT.class.getResourceAsStream(OPERATIONS)) {
            return ApiOperation.all(JSON.readTree(
                    new String(document.readAllBytes(), StandardCharsets.UTF_8).replace("BASE", base(world))));
        }
    }

    private String base(TenantWorld world) {
        return id(world, "/api/v1/knowledge-bases/{");
    }

    private UUID organization(TenantWorld world) {
        return UUID.fromString(id(world, "/api/v1/organizations/{"));
    }

    private String id(TenantWorld world, String prefix) {
        ApiOperation one = documented.stream()
                .filter(operation -> operation.path().startsWith(prefix))
                .findFirst()
                .orElseThrow();
        return world.id(one, one.places().get(0));
    }

    private String usage() {
        Map<String, String> headers = TenantWorld.headers(attacker.token());
        return RawReply.of(
                        "GET",
                        api.client().address() + "/api/v1/organizations/" + organization(attacker) + "/usage",
                        headers,
                        "")
                .text();
    }
}
