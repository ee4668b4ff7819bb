package io.arketic.rag.operations;

import io.arketic.rag.problem.OpenAiErrors;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** Documents an RFC 9457 problem. */
final class ProblemModel {

    static final String NAME = "Problem";
    static final String REFERENCE = RecordModels.REFERENCE + NAME;
    static final String MEDIA_TYPE = "application/problem+json";

    private ProblemModel() {}

    static Schema<?> schema() {
        Schema<?> error = typed("object")
                .addProperty("field", typed("string").description("As it is written in the request."))
                .addProperty("message", typed("string"));
        error.setRequired(List.of("field", "message"));
        Schema<?> errors = typed("array").description("What is wrong with single fields.");
        errors.setItems(error);
        Schema<?> problem = typed("object")
                .description("RFC 9457: why a request was refused.")
                .addProperty(
                        "type",
                        typed("string")
                                .format("uri")
                                .description("urn:arketic:problem: and the reason. A reason keeps its meaning."))
                .addProperty("title", typed("string"))
                .addProperty("status", typed("integer").format("int32"))
                .addProperty("detail", typed("string"))
                .addProperty("instance", typed("string").format("uri-reference"))
                .addProperty("errors", errors);
        problem.setRequired(List.of("type", "title", "status"));
        return problem;
    }

    static Map<String, Object> example(ProblemReason reason) {
        Map<String, Object> example = new LinkedHashMap<>();
        example.put("type", reason.type().toString());
        example.put("title", reason.title());
        example.put("status", reason.status().value());
        if (reason == ProblemReason.INVALID_INPUT) {
            example.put("detail", "Invalid: name.");
            example.put("errors", List.of(Map.of("field", "name", "message", "must not be blank")));
        }
        return example;
    }

    /** Returns the protocol's own form. */
    static Schema<?> openAiSchema() {
        Schema<?> error = typed("object")
                .addProperty("message", typed("string"))
                .addProperty("type", typed("string"))
                .addProperty("code", typed("string").description("The reason of the problem, in snake case."))
                .addProperty("param", typed("string"));
        error.setRequired(List.of("message", "type", "code", "param"));
        Schema<?> whole = typed("object").addProperty("error", error);
        whole.setRequired(List.of("error"));
        return whole;
    }

    static Map<String, Object> openAiExample(ProblemReason reason) {
        return OpenAiErrors.body(new ProblemException(reason, reason.title()).body());
    }

    private static Schema<?> typed(String type) {
        return new JsonSchema().types(new LinkedHashSet<>(List.of(type)));
    }
}
