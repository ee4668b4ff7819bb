package io.arketic.rag.mcp;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpStatelessServerHandler;
import io.modelcontextprotocol.spec.HttpHeaders;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse.JSONRPCError;
import io.modelcontextprotocol.spec.McpStatelessServerTransport;
import io.modelcontextprotocol.spec.ProtocolVersions;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;

/**
 * Serves {@code POST /mcp}: the protocol's streamable transport without sessions, so that any process answers any
 * message. It is a controller and not the library's servlet, so that permissions and limits apply as for every other
 * endpoint.
 */
@RestController
class McpController implements McpStatelessServerTransport {

    /** Lists the versions with equal messages here; a client that names none uses the oldest of them. */
    private static final List<String> VERSIONS = List.of(
            ProtocolVersions.MCP_2024_11_05,
            ProtocolVersions.MCP_2025_03_26,
            ProtocolVersions.MCP_2025_06_18,
            ProtocolVersions.MCP_2025_11_25);

    /**
     * Documents an answer; the library writes it.
     *
     * @param id of the request, a number or a text
     */
    private record Reply(
            String jsonrpc,
            @Schema(types = {"integer", "string"}) Object id,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Map<String, Object> result,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Failure error) {}

    private record Failure(
            int code,
            String message,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable @Schema(types = {"string", "object"})
            Object data) {}

    private final Set<String> toolNames;
    private final McpJsonMapper mapper = McpJsonDefaults.getMapper();
    private @Nullable McpStatelessServerHandler handler;

    McpController(McpTools tools) {
        toolNames = tools.all().stream().map(one -> one.tool().name()).collect(Collectors.toSet());
        McpServer.sync(this)
                .serverInfo("arketic", "1")
                .instructions("Search the knowledge bases, read documents, and name the file and page of what you use.")
                .capabilities(
                        McpSchema.ServerCapabilities.builder().tools(false).build())
                .tools(tools.all())
                .immediateExecution(true)
                .build();
    }

    @Override
    public void setMcpHandler(McpStatelessServerHandler mcpHandler) {
        this.handler = mcpHandler;
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.empty();
    }

    @Operation(
            summary = "Send a message of the Model Context Protocol",
            description = "Tools list, search and read the knowledge bases. There are no sessions and no "
                    + "streams. A search beyond a limit is answered with 429 and Retry-After.")
    @Requires(Permission.KNOWLEDGE_READ)
    @PostMapping(value = "/mcp", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ApiResponse(
            responseCode = "200",
            description = "The answer to a request",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = Reply.class)))
    @ApiResponse(responseCode = "202", description = "A notification has no answer", content = @Content)
    ResponseEntity<String> message(
            Caller caller,
            @RequestHeader(value = HttpHeaders.PROTOCOL_VERSION, required = false) @Nullable String version,
            @RequestBody String body)
            throws IOException {
        if (version != null && !VERSIONS.contains(version)) {
            throw new ProblemException(
                    ProblemReason.MALFORMED_REQUEST,
                    HttpHeaders.PROTOCOL_VERSION + " must be one of " + String.join(", ", VERSIONS) + ".");
        }
        AtomicReference<@Nullable ProblemException> later = new AtomicReference<>();
        McpTransportContext context =
                McpTransportContext.create(Map.of(McpTools.CALLER, caller, McpTools.LATER, later));
        McpStatelessServerHandler ready = Objects.requireNonNull(handler);
        McpSchema.JSONRPCMessage message = read(body);
        if (message instanceof JSONRPCRequest request) {
            JSONRPCResponse answer = answer(ready, context, request);
            ProblemException refusal = later.get();
            if (refusal != null) {
                throw refusal;
            }
            return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(mapper.writeValueAsString(answer));
        }
        if (message instanceof JSONRPCNotification notification) {
            ready.handleNotification(context, notification)
                    .contextWrite(written -> written.put(McpTransportContext.KEY, context))
                    .block();
        }
        return ResponseEntity.accepted().build();
    }

    /** Answers with what the library throws for unknown requests. */
    private JSONRPCResponse answer(
            McpStatelessServerHandler ready, McpTransportContext context, JSONRPCRequest request) {
        if (request.method().equals(McpSchema.METHOD_TOOLS_CALL)
                && !(request.params() instanceof Map<?, ?> named && named.get("name") instanceof String)) {
            return invalid(request);
        }
        if (request.method().equals(McpSchema.METHOD_TOOLS_CALL)
                && request.params() instanceof Map<?, ?> named
                && named.get("name") instanceof String name
                && !toolNames.contains(name)) {
            return JSONRPCResponse.error(
                    request.id(), new JSONRPCError(McpSchema.ErrorCodes.INVALID_PARAMS, "Unknown tool: " + name));
        }
        try {
            return Objects.requireNonNull(ready.handleRequest(context, request)
                    .contextWrite(written -> written.put(McpTransportContext.KEY, context))
                    .block());
        } catch (McpError refusal) {
            return JSONRPCResponse.error(request.id(), refusal.getJsonRpcError());
        } catch (JacksonException mismatch) {
            return invalid(request);
        }
    }

    private static JSONRPCResponse invalid(JSONRPCRequest request) {
        return JSONRPCResponse.error(
                request.id(),
                new JSONRPCError(McpSchema.ErrorCodes.INVALID_PARAMS, "The parameters are not those of the method."));
    }

    private McpSchema.JSONRPCMessage read(String body) {
        try {
            return McpSchema.deserializeJsonRpcMessage(mapper, body);
        } catch (IOException | RuntimeException unreadable) {
            throw new ProblemException(ProblemReason.MALFORMED_REQUEST, "The body is no JSON-RPC message.", unreadable);
        }
    }
}
