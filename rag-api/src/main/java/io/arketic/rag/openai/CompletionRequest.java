package io.arketic.rag.openai;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.retrieval.Expand;
import io.arketic.rag.retrieval.FilterBody;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Holds the meaningful fields of a chat completion's request. A field that would change the form of the answer and is
 * not supported is refused by its name; so is an unknown one. Only hints are ignored: they are listed below.
 *
 * @param model {@code kb:{id}}, or several of them parted by commas
 * @param stop one text or up to four, before which the answer ends
 * @param filter what of the knowledge bases is searched; an extension of the protocol
 * @param expand what of the document the answer is made from beside each passage; an extension, too
 * @param maxTokens as {@code maxCompletionTokens}, by the older name
 */
@JsonIgnoreProperties({
    "user",
    "safety_identifier",
    "prompt_cache_key",
    "metadata",
    "store",
    "service_tier",
    "seed",
    "top_p",
    "frequency_penalty",
    "presence_penalty",
    "reasoning_effort",
    "verbosity",
    "prediction",
    "tools",
    "parallel_tool_calls",
    "functions"
})
record CompletionRequest(
        @NotBlank @Size(max = 4000) String model,
        @NotEmpty @Size(max = 200) List<@Valid @NotNull Message> messages,
        @Nullable Boolean stream,
        @Nullable StreamOptions streamOptions,
        @Nullable @DecimalMin("0") @DecimalMax("2") Double temperature,
        @Nullable @Min(1) @Max(1_000_000) Integer maxTokens,
        @Nullable @Min(1) @Max(1_000_000) Integer maxCompletionTokens,
        @Schema(example = "[\"END\"]") @Nullable JsonNode stop,
        @Nullable Integer n,
        @Nullable Boolean logprobs,
        @Nullable Integer topLogprobs,
        @Nullable JsonNode logitBias,
        @Nullable JsonNode responseFormat,
        @Nullable JsonNode toolChoice,
        @Nullable JsonNode functionCall,
        @Nullable JsonNode modalities,
        @Nullable JsonNode audio,
        @Nullable JsonNode webSearchOptions,
        @Nullable @Valid FilterBody filter,

        @Nullable @Pattern(regexp = Expand.PATTERN, message = Expand.MESSAGE)
        String expand) {

    private static final int MOST_STOPS = 4;

    @JsonIgnoreProperties(ignoreUnknown = true)
    record StreamOptions(@Nullable Boolean includeUsage) {}

    /** @param content a text, or a list of parts of the type text */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Message(
            @NotBlank @Size(max = 20) String role, @Nullable JsonNode content) {

        String text() {
            if (content == null) {
                return "";
            }
            return content.isString()
                    ? content.stringValue()
                    : content.valueStream()
                            .map(part -> part.path("text").asString(""))
                            .collect(Collectors.joining("\n"));
        }

        boolean instructs() {
            return role.equals("system") || role.equals("developer");
        }

        /** Returns the type of a part that is not text; null if there is none. */
        @Nullable
        String unreadable() {
            return content == null || !content.isArray()
                    ? null
                    : content.valueStream()
                            .map(part -> part.path("type").asString("text"))
                            .filter(type -> !type.equals("text") && !type.equals("refusal"))
                            .findFirst()
                            .orElse(null);
        }
    }

    boolean streamed() {
        return Boolean.TRUE.equals(stream);
    }

    boolean usageWanted() {
        return streamOptions != null && Boolean.TRUE.equals(streamOptions.includeUsage());
    }

    /** Returns the end of the answer. */
    AnswerEnd end() {
        Integer most = maxCompletionTokens == null ? maxTokens : maxCompletionTokens;
        return new AnswerEnd(stops(), most == null ? Integer.MAX_VALUE : most);
    }

    /** Refuses fields that require another answer than the API gives. */
    void mustBeAnswerable() {
        refuseUnless(n == null || n == 1, "n", "must be 1: there is one choice");
        refuseUnless(!Boolean.TRUE.equals(logprobs), "logprobs", "are not given");
        refuseUnless(topLogprobs == null || topLogprobs == 0, "top_logprobs", "are not given");
        refuseUnless(empty(logitBias), "logit_bias", "is not applied");
        refuseUnless(
                responseFormat == null
                        || empty(responseFormat)
                        || responseFormat.path("type").asString("").equals("text"),
                "response_format",
                "must be of the type text");
        refuseUnless(free(toolChoice), "tool_choice", "must be auto or none: tools are not called");
        refuseUnless(free(functionCall), "function_call", "must be auto or none: functions are not called");
        refuseUnless(
                modalities == null
                        || empty(modalities)
                        || modalities
                                .valueStream()
                                .allMatch(kind -> kind.asString("").equals("text")),
                "modalities",
                "must be text");
        refuseUnless(empty(audio), "audio", "is not given");
        refuseUnless(webSearchOptions == null || webSearchOptions.isNull(), "web_search_options", "are not applied");
        for (int i = 0; i < messages.size(); i++) {
            String type = messages.get(i).unreadable();
            refuseUnless(type == null, "messages", "[" + i + "] has a part of the type " + type + "; text is read");
        }
        stops();
    }

    private List<String> stops() {
        if (stop == null || empty(stop)) {
            return List.of();
        }
        List<JsonNode> given = (stop.isArray() ? stop.valueStream() : Stream.of(stop)).toList();
        refuseUnless(
                given.size() <= MOST_STOPS
                        && given.stream()
                                .allMatch(text -> text.isString()
                                        && !text.stringValue().isEmpty()
                                        && text.stringValue().length() <= 500),
                "stop",
                "must be one text or up to " + MOST_STOPS);
        return given.stream().map(JsonNode::stringValue).toList();
    }

    private static boolean free(@Nullable JsonNode choice) {
        return choice == null
                || choice.isNull()
                || choice.isString() && List.of("auto", "none").contains(choice.stringValue());
    }

    private static boolean empty(@Nullable JsonNode value) {
        return value == null || value.isNull() || value.isContainer() && value.isEmpty();
    }

    private static void refuseUnless(boolean fits, String field, String why) {
        if (!fits) {
            throw ProblemException.ofField(ProblemReason.INVALID_INPUT, field, why);
        }
    }
}
