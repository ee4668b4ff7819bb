package io.arketic.rag.operations;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.arketic.rag.caller.Caller;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import org.springdoc.core.models.GroupedOpenApi;
import org.springdoc.core.providers.ObjectMapperProvider;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.ProblemDetail;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;
import tools.jackson.databind.JsonNode;

/** Describes the API as a whole in {@code /openapi}. */
@Configuration(proxyBeanMethods = false)
class ApiDocumentation {

    private static final String BEARER = "bearer";
    private static final String API_KEY = "api-key";

    static {
        SpringDocUtils.getConfig()
                .addRequestWrapperToIgnore(Caller.class)
                .replaceWithClass(SseEmitter.class, String.class)
                .replaceWithClass(StreamingResponseBody.class, String.class)
                .replaceWithSchema(JsonNode.class, new JsonSchema())
                .replaceWithSchema(ProblemDetail.class, new JsonSchema().$ref(ProblemModel.REFERENCE));
    }

    @Bean
    RecordModels modelResolver(ObjectMapperProvider provider) {
        ObjectMapper mapper = provider.jsonMapper().copy();
        mapper.setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);
        return new RecordModels(mapper);
    }

    /** Offers the documents in {@code /docs}; {@link DocumentFilter} serves the first at {@code /openapi}. */
    @Bean
    GroupedOpenApi arketicDocument() {
        return GroupedOpenApi.builder()
                .group(DocumentFilter.GROUP)
                .pathsToMatch("/api/**")
                .build();
    }

    @Bean
    GroupedOpenApi openAiDocument() {
        return GroupedOpenApi.builder()
                .group("openai")
                .displayName("OpenAI-compatible")
                .pathsToMatch("/v1/**")
                .build();
    }

    @Bean
    GroupedOpenApi mcpDocument() {
        return GroupedOpenApi.builder()
                .group("mcp")
                .displayName("Model Context Protocol")
                .pathsToMatch("/mcp")
                .build();
    }

    @Bean
    OpenAPI openApi() {
        return new OpenAPI()
                // where the document came from, whatever host its reader named
                .addServersItem(new Server().url("/"))
                .info(new Info()
                        .title("Arketic")
                        .version("v1")
                        .description("Errors are RFC 9457 problems with a stable type, urn:arketic:problem:{reason}."))
                .components(new Components()
                        .addSecuritySchemes(
                                BEARER,
                                new SecurityScheme()
                                        .type(SecurityScheme.Type.HTTP)
                                        .scheme(BEARER)
                                        .bearerFormat("JWT"))
                        .addSecuritySchemes(
                                API_KEY,
                                new SecurityScheme()
                                        .type(SecurityScheme.Type.APIKEY)
                                        .in(SecurityScheme.In.HEADER)
                                        .name("X-API-Key")))
                .addSecurityItem(new SecurityRequirement().addList(BEARER))
                .addSecurityItem(new SecurityRequirement().addList(API_KEY));
    }
}
