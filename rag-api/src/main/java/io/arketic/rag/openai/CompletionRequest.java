package io.arketic.rag.openai;

import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What of a chat completion's request means something here; the rest is passed over, as the protocol's servers do.
 *
 * @param model {@code kb:{id}}, or several of them parted by commas
 */
record CompletionRequest(
        @NotBlank @Size(max = 4000) String model,
        @NotEmpty @Size(max = 200) List<@Valid @NotNull Message> messages,
        @Nullable Boolean stream,
        @Nullable StreamOptions streamOptions,
        @Nullable @DecimalMin("0") @DecimalMax("2") Double temperature) {

    record StreamOptions(@Nullable Boolean includeUsage) {}

    /** @param content a text, or a list of parts of which those of type text count */
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
    }

    boolean streamed() {
        return Boolean.TRUE.equals(stream);
    }

    boolean usageWanted() {
        return streamOptions != null && Boolean.TRUE.equals(streamOptions.includeUsage());
    }
}
