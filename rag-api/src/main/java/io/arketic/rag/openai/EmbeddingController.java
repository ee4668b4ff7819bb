package io.arketic.rag.openai;

import io.arketic.embeddings.EmbeddingException;
import io.arketic.embeddings.EmbeddingModel;
import io.arketic.embeddings.EmbeddingModels;
import io.arketic.rag.identity.Caller;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.swagger.v3.oas.annotations.Hidden;
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
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** {@code POST /v1/embeddings}, with the models that documents are embedded with. */
@Hidden
@RestController
class EmbeddingController {

    private static final int MOST_TEXTS = 128;
    private static final int MOST_CHARACTERS = 200_000;

    record Request(
            @NotBlank @Size(max = 200) String model,
            @NotNull JsonNode input,

            @Nullable @Pattern(regexp = "float|base64", message = "must be float or base64")
            String encodingFormat) {}

    /** @param embedding numbers, or their bytes in Base64 */
    record Embedding(String object, int index, Object embedding) {}

    record Usage(int promptTokens, int totalTokens) {}

    record Reply(String object, String model, List<Embedding> data, Usage usage) {}

    private final EmbeddingModels models;
    private final Memberships memberships;

    EmbeddingController(EmbeddingModels models, Memberships memberships) {
        this.models = models;
        this.memberships = memberships;
    }

    /** Texts are embedded as passages are: a question's prefix is the caller's business. */
    @Requires(Permission.KNOWLEDGE_SEARCH)
    @PostMapping("/v1/embeddings")
    Reply embed(Caller caller, @Valid @RequestBody Request request) {
        if (memberships.all(caller).isEmpty()) {
            throw new ProblemException(
                    ProblemReason.FORBIDDEN, "This is for members of an organization whose subscription runs.");
        }
        if (models.specs().stream().noneMatch(spec -> spec.id().equals(request.model()))) {
            throw ProblemException.notFound("model");
        }
        EmbeddingModel model = models.get(request.model());
        List<String> texts = texts(request.input());
        List<float[]> vectors;
        int tokens = 0;
        try {
            vectors = model.embedPassages(texts);
            for (String text : texts) {
                tokens += model.countTokens(text);
            }
        } catch (EmbeddingException failure) {
            throw new ProblemException(
                    ProblemReason.MODEL_UNAVAILABLE, "The embedding model failed: " + failure.reason() + ".", failure);
        }
        List<Embedding> data = new ArrayList<>();
        for (float[] vector : vectors) {
            data.add(new Embedding(
                    "embedding", data.size(), "base64".equals(request.encodingFormat()) ? bytes(vector) : vector));
        }
        return new Reply("list", request.model(), data, new Usage(tokens, tokens));
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
