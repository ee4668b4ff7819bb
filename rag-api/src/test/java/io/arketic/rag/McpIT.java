package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests {@code /mcp} with the protocol's Java client. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class McpIT {

    private static final String TEXT = "The filter of the Corona pump is changed every ninety days.";

    private RunningApi api;
    private ApiClient user;
    private String organization;
    private String base;
    private String document;
    private String foreign;

    @BeforeAll
    void start() throws Exception {
        api = RunningApi.shared();
        user = api.client().user("mcp" + UUID.randomUUID() + "@example.org");
        organization = user.post("/organizations", Map.of("name", "Assisted")).text("id");
        base = user.post("/organizations/" + organization + "/knowledge-bases", Map.of("name", "Pumps"))
                .text("id");
        document = IndexedText.put(api, user, base, "pump.txt", TEXT);
        String settings = "/organizations/" + organization + "/settings";
        user.patch(
                settings,
                Map.of("enable_api_access", true),
                "If-Match",
                user.get(settings).header("ETag"));
        ApiClient stranger = api.client().user("stranger" + UUID.randomUUID() + "@example.org");
        String other =
                stranger.post("/organizations", Map.of("name", "Outsiders")).text("id");
        foreign = stranger.post("/organizations/" + other + "/knowledge-bases", Map.of("name", "Theirs"))
                .text("id");
        IndexedText.put(api, stranger, foreign, "theirs.txt", TEXT);
    }

    @Test
    void listsSearchesAndReads() {
        try (McpSyncClient client = client(key(List.of("read", "search")))) {
            client.initialize();
            assertThat(client.listTools().tools())
                    .extracting(Tool::name)
                    .containsExactlyInAnyOrder("list_knowledge_bases", "search", "read_document");
            assertThat(call(client, "list_knowledge_bases", Map.of())
                            .path("knowledge_bases")
                            .findValuesAsString("id"))
                    .containsExactly(base);
            JsonNode passage = call(client, "search", Map.of("query", "How often is the filter changed?"))
                    .path("passages")
                    .get(0);
            assertThat(passage.path("text").stringValue()).isEqualTo(TEXT);
            assertThat(passage.path("document_id").stringValue()).isEqualTo(document);
            assertThat(call(
                                    client,
                                    "read_document",
                                    Map.of("knowledge_base_id", base, "document_id", document, "offset", 4))
                            .path("text")
                            .stringValue())
                    .isEqualTo(TEXT.substring(4));
        }
    }

    @Test
    void whatIsOfAnotherTenantIsNotFound() {
        try (McpSyncClient client = client(key(List.of("read", "search")))) {
            client.initialize();
            assertThat(refusal(client, "search", Map.of("query", "filter", "knowledge_base_ids", List.of(foreign))))
                    .contains("no such knowledge base");
            assertThat(refusal(client, "read_document", Map.of("knowledge_base_id", foreign, "document_id", document)))
                    .contains("no such knowledge base");
            assertThat(refusal(
                            client,
                            "read_document",
                            Map.of(
                                    "knowledge_base_id",
                                    base,
                                    "document_id",
                                    UUID.randomUUID().toString())))
                    .contains("no such document");
        }
    }

    @Test
    void aSearchIsNarrowedByAFilterAndByNothingElse() {
        try (McpSyncClient client = client(key(List.of("read", "search")))) {
            client.initialize();
            for (Object filter : List.of(Map.of("title", "no such"), Map.of("document_ids", List.of(foreign)))) {
                assertThat(call(client, "search", Map.of("query", "filter", "filter", filter))
                                .path("passages"))
                        .isEmpty();
            }
            assertThat(call(client, "search", Map.of("query", "filter", "filter", Map.of("file_types", List.of("txt"))))
                            .path("passages"))
                    .isNotEmpty();
            assertThat(refusal(client, "search", Map.of("query", "filter", "filter", Map.of("colour", "red"))))
                    .contains("colour");
            assertThat(refusal(client, "search", Map.of("query", "filter", "filter", Map.of("include_disabled", true))))
                    .contains("include_disabled");
            assertThat(refusal(client, "search", Map.of("query", "filter", "filter", Map.of("first_page", 0))))
                    .contains("first_page");
            assertThat(refusal(client, "search", Map.of("query", "filter", "filter", "txt")))
                    .contains("filter");
        }
    }

    @Test
    void anEmptyListOfKnowledgeBasesIsNotTakenForAll() {
        try (McpSyncClient client = client(key(List.of("read", "search")))) {
            client.initialize();
            for (Object none : List.of(List.of(), base, Map.of())) {
                assertThat(refusal(client, "search", Map.of("query", "filter", "knowledge_base_ids", none)))
                        .contains("knowledge_base_ids");
            }
        }
    }

    @Test
    void aKeyDoesWhatItsScopesAllow() {
        try (McpSyncClient client = client(key(List.of("read")))) {
            client.initialize();
            assertThat(refusal(client, "search", Map.of("query", "filter"))).contains("lacks the scope search");
        }
        try (McpSyncClient client = client("ark_nonsense")) {
            assertThatThrownBy(client::initialize).isInstanceOf(RuntimeException.class);
        }
    }

    @Test
    void whatIsNoMessageIsRefused() {
        String path = "http://127.0.0.1:" + api.port() + "/mcp";
        user.post(path, "{").assertProblem(400, "malformed-request", null);
        user.post(path, "{}").assertProblem(400, "malformed-request", null);
        api.client().post(path, "{}").assertProblem(401, "unauthenticated", null);
    }

    @Test
    void theProtocolsHeadersAreHeldTo() {
        String path = "http://127.0.0.1:" + api.port() + "/mcp";
        String list = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}";
        user.post(path, list, "MCP-Protocol-Version", "1900-01-01").assertProblem(400, "malformed-request", null);
        for (String version : List.of("2025-03-26", "2025-06-18", "2025-11-25")) {
            assertThat(user.post(path, list, "MCP-Protocol-Version", version).status())
                    .isEqualTo(200);
        }
        for (String origin : List.of("https://attacker.example", "http://localhost.attacker.example", "null")) {
            user.post(path, list, "Origin", origin).assertProblem(403, "forbidden", null);
        }
        assertThat(user.post(path, list, "Origin", "http://127.0.0.1:6274").status())
                .isEqualTo(200);
    }

    @Test
    void anUnknownToolIsNamedAsSent() {
        ApiClient.Reply reply = user.post(
                "http://127.0.0.1:" + api.port() + "/mcp",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"drop_tables\"}}");
        assertThat(reply.body().path("error").path("code").asInt()).isEqualTo(-32602);
        assertThat(reply.body().path("error").path("message").asString("")).isEqualTo("Unknown tool: drop_tables");
    }

    private JsonNode call(McpSyncClient client, String tool, Map<String, Object> arguments) {
        CallToolResult result = client.callTool(
                CallToolRequest.builder(tool).arguments(arguments).build());
        assertThat(result.isError()).as(text(result)).isNotEqualTo(true);
        return new JsonMapper().readTree(text(result));
    }

    private String refusal(McpSyncClient client, String tool, Map<String, Object> arguments) {
        CallToolResult result = client.callTool(
                CallToolRequest.builder(tool).arguments(arguments).build());
        assertThat(result.isError()).as(text(result)).isTrue();
        return text(result);
    }

    private static String text(CallToolResult result) {
        return ((TextContent) result.content().get(0)).text();
    }

    private McpSyncClient client(String key) {
        return McpClient.sync(HttpClientStreamableHttpTransport.builder("http://127.0.0.1:" + api.port())
                        .endpoint("/mcp")
                        .requestBuilder(HttpRequest.newBuilder().header("Authorization", "Bearer " + key))
                        .build())
                .build();
    }

    private String key(List<String> scopes) {
        return user.post("/organizations/" + organization + "/api-keys", Map.of("name", "key", "scopes", scopes))
                .text("key");
    }
}
