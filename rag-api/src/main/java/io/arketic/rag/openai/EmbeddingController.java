package io.arketic.rag.openai;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.arketic.embeddings.EmbeddingModel;
import io.arketic.rag.attendance.AttendedWork;
import io.arketic.rag.bulkhead.Bulkhead;
import io.arketic.rag.bulkhead.Bulkheads;
import io.arketic.rag.bulkhead.Kind;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import tools.jackson.databind.JsonNode;

/** Serves {@code POST /v1/embeddings}, with the models that embed documents. */
@RestController
class EmbeddingController {

    private static final int MOST_TEXTS = 128;
    private static final int MOST_CHARACTERS = 200_000;

    @JsonIgnoreProperties("user")
    record Request(
            @NotBlank @Size(max = 200) String model,
            @NotNull JsonNode input,

            @Nullable @Pattern(regexp = "float|base64", message = "must be float or base64")
            String encodingFormat,

            @Nullable Integer dimensions) {}

    /**
     * Holds one text's vector.
     *
     * @param embedding numbers, or their bytes in Base64
     * @param truncated the text is longer than the model takes; the vector is that of its beginning. Missing otherwise
     */
    record Embedding(
            String object,
            int index,
            @Schema(types = {"array", "string"}) Object embedding,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Boolean truncated) {}

    record Usage(int promptTokens, int totalTokens) {}

    record Reply(String object, String model, List<Embedding> data, Usage usage) {}

    private final Embeddings embeddings;
    private final AttendedWork attended;
    private final Bulkhead places;

    EmbeddingController(Embeddings embeddings, AttendedWork attended, Bulkheads bulkheads) {
        this.embeddings = embeddings;
        this.attended = attended;
        this.places = bulkheads.of(Kind.EMBEDDINGS);
    }

    /**
     * Embeds texts like passages: the caller adds a question's prefix.
     *
     * @param payer the organization that it counts for; else the first one of the caller's
     */
    @Operation(
            summary = "Embed texts like passages",
            description = "A text beyond the model's limit is cut, and its vector says truncated.")
    @Requires(Permission.KNOWLEDGE_SEARCH)
    @PostMapping("/v1/embeddings")
    DeferredResult<Reply> embed(
            Caller caller,
            @Valid @RequestBody Request request,
            @RequestHeader(name = "OpenAI-Organization", required = false) @Nullable String payer) {
        Membership membership = embeddings.payer(caller, payer);
        EmbeddingModel model = embeddings.model(membership, request.model());
        List<String> texts = texts(request.input());
        if (request.dimensions() != null && request.dimensions() != model.spec().dimensions()) {
            throw ProblemException.ofField(
                    ProblemReason.INVALID_INPUT,
                    "dimensions",
                    "must be " + model.spec().dimensions() + ", as many as the model gives");
        }
        return attended.aside(() -> places.enter(membership.organizationId()), cancellation -> {
            Embeddings.Embedded embedded = embeddings.embed(membership, model, texts, cancellation);
            List<Embedding> data = new ArrayList<>();
            for (float[] vector : embedded.vectors()) {
                data.add(new Embedding(
                        "embedding",
                        data.size(),
                        "base64".equals(request.encodingFormat()) ? bytes(vector) : vector,
                        embedded.truncated().get(data.size()) ? true : null));
            }
            return new Reply("list", request.model(), data, new Usage(embedded.tokens(), embedded.tokens()));
        });
    }

    private static List<String> texts(JsonNode input) {
        List<String> texts = new ArrayList<>();
        (input.isArray() ? input.valueStream() : Stream.of(input)).forEach(text -> {
            if (!text.isString() || text.stringValue().isBlank()) {
                throw invalid("must be a text or a list of texts, none of them empty");
            }
            texts.add(text.stringValue());
        });
        if (texts.isEmpty() || texts.size() > MOST_TEXTS) {
            throw invalid("must hold 1 to " + MOST_TEXTS + " texts");
        }
        if (texts.stream().mapToInt(String::length).sum() > MOST_CHARACTERS) {
            throw invalid("must hold at most " + MOST_CHARACTERS + " characters");
        }
        return texts;
    }

    private static ProblemException invalid(String message) {
        return ProblemException.ofField(ProblemReason.INVALID_INPUT, "input", message);
    }

    private static String bytes(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
