package io.arketic.rag.operations;

import io.arketic.rag.permission.Audience;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.problem.OpenAiErrors;
import io.arketic.rag.problem.ProblemReason;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springframework.stereotype.Component;

/** Documents an answer for each operation, made from its schema, and the problems that follow from its requirements. */
@Component
class DocumentedAnswers implements GlobalOpenApiCustomizer {

    private static final String ANYTHING = "*/*";
    private static final String OPEN_AI = "/v1/";
    private static final String JSON = "application/json";

    @Override
    public void customise(OpenAPI document) {
        boolean openAi = document.getPaths().keySet().stream().allMatch(path -> path.startsWith(OPEN_AI));
        document.getComponents()
                .addSchemas(ProblemModel.NAME, openAi ? ProblemModel.openAiSchema() : ProblemModel.schema());
        SchemaExamples examples = new SchemaExamples(document.getComponents().getSchemas());
        document.getPaths()
                .forEach((path, item) -> item.readOperations().forEach(operation -> {
                    ApiResponses responses = operation.getResponses();
                    responses.values().forEach(response -> show(response, examples));
                    problems(path, operation).forEach(reason -> {
                        int status = reason.status().value();
                        responses.putIfAbsent(
                                Integer.toString(openAi ? OpenAiErrors.status(status) : status),
                                response(reason, openAi));
                    });
                    responses.putIfAbsent(
                            ApiResponses.DEFAULT,
                            new ApiResponse()
                                    .description("Any other problem")
                                    .content(problem(ProblemReason.INTERNAL, openAi)));
                }));
    }

    private static void show(ApiResponse response, SchemaExamples examples) {
        Content content = response.getContent();
        if (content == null) {
            return;
        }
        MediaType anything = content.get(ANYTHING);
        if (anything != null && examples.isStructure(anything.getSchema())) {
            content.remove(ANYTHING);
            content.addMediaType(JSON, anything);
        }
        content.values().forEach(type -> {
            if (type.getExample() == null && type.getExamples() == null && examples.isStructure(type.getSchema())) {
                type.setExample(examples.of(type.getSchema()));
            }
        });
    }

    private static List<ProblemReason> problems(String path, Operation operation) {
        List<ProblemReason> problems = new ArrayList<>();
        Map<String, Object> extensions = operation.getExtensions();
        if (extensions != null && extensions.get("x-permission") instanceof String name) {
            Permission permission = Permission.valueOf(name.toUpperCase(Locale.ROOT));
            if (permission.audience() != Audience.ANYONE) {
                problems.add(ProblemReason.UNAUTHENTICATED);
                problems.add(ProblemReason.FORBIDDEN);
            }
            if (permission.needsSubscription()) {
                problems.add(ProblemReason.SUBSCRIPTION_EXPIRED);
            }
        }
        if (path.contains("{")) {
            problems.add(ProblemReason.NOT_FOUND);
        }
        if (operation.getRequestBody() != null || operation.getParameters() != null) {
            problems.add(ProblemReason.INVALID_INPUT);
        }
        if (operation.getParameters() != null
                && operation.getParameters().stream().anyMatch(parameter -> "If-Match".equals(parameter.getName()))) {
            problems.add(ProblemReason.STALE_VERSION);
            problems.add(ProblemReason.PRECONDITION_REQUIRED);
        }
        return problems;
    }

    private static ApiResponse response(ProblemReason reason, boolean openAi) {
        return new ApiResponse().description(reason.title()).content(problem(reason, openAi));
    }

    private static Content problem(ProblemReason reason, boolean openAi) {
        return new Content()
                .addMediaType(
                        openAi ? JSON : ProblemModel.MEDIA_TYPE,
                        new MediaType()
                                .schema(new JsonSchema().$ref(ProblemModel.REFERENCE))
                                .example(openAi ? ProblemModel.openAiExample(reason) : ProblemModel.example(reason)));
    }
}
