package io.arketic.rag.openai;

import io.arketic.rag.answer.Answer;
import io.arketic.rag.answer.AnswerListener;
import io.arketic.rag.answer.AnswerOutcome;
import io.arketic.rag.answer.AnswerStream;
import io.arketic.rag.answer.AnswerStream.Event;
import io.arketic.rag.answer.AnswerStreams;
import io.arketic.rag.answer.Question;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.library.DocumentLinks;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.OpenAiErrors;
import io.arketic.schema.search.ChunkHit;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.validation.Valid;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** Serves {@code POST /v1/chat/completions}. */
@RestController
class CompletionController {

    private static final String DONE = "[DONE]";

    private static final AnswerListener NO_LISTENER = new AnswerListener() {
        @Override
        public void retrieved(List<ChunkHit> hits) {}

        @Override
        public void text(String piece) {}
    };

    private final Completions completions;
    private final AnswerStreams streams;
    private final DocumentLinks links;
    private final JsonMapper json;

    CompletionController(Completions completions, AnswerStreams streams, DocumentLinks links, JsonMapper json) {
        this.completions = completions;
        this.streams = streams;
        this.links = links;
        this.json = json;
    }

    /** Answers with a body, or with a stream of events if the request asks for one. */
    @Operation(
            summary = "Ask knowledge bases as a chat completion, whole or as events",
            description = "The model is kb:{id}, or several separated by commas. n, logprobs, logit_bias, "
                    + "response_format, tool_choice, audio and parts other than text are refused if they "
                    + "would change the answer; stop and max_tokens end it.")
    @Requires(Permission.CHAT_WRITE)
    @PostMapping("/v1/chat/completions")
    @ApiResponse(
            responseCode = "200",
            description = "The whole completion, or its pieces as events. The last event is [DONE].",
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_JSON_VALUE,
                        schema = @Schema(implementation = Completion.class)),
                @Content(
                        mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                        schema = @Schema(anyOf = {Completion.Chunk.class, ProblemDetail.class}))
            })
    Object complete(Caller caller, @Valid @RequestBody CompletionRequest request) {
        CompletionWriter writer = new CompletionWriter(
                json,
                request.model(),
                citation -> links.link(
                        caller,
                        citation.knowledgeBaseId(),
                        Objects.requireNonNull(citation.documentId()),
                        citation.documentVersion()));
        Question question = completions.question(caller, request);
        UUID tenant = question.membership().organizationId();
        if (request.streamed()) {
            return streams.stream(
                    tenant,
                    cancellation -> {
                        Completions.Charged charged = completions.charged(question);
                        return stream -> stream(charged, writer, stream, request);
                    },
                    problem -> new Event(null, json.writeValueAsString(OpenAiErrors.body(problem.body()))));
        }
        return streams.whole(
                tenant,
                cancellation -> writer.whole(
                        whole(completions.answer(completions.charged(question), NO_LISTENER, cancellation)),
                        request.end()));
    }

    private void stream(
            Completions.Charged question, CompletionWriter writer, AnswerStream stream, CompletionRequest request) {
        Consumer<String> send = data -> stream.send(new Event(null, data));
        AnswerEnd end = request.end();
        send.accept(writer.begin());
        Answer answer = whole(completions.answer(
                question,
                new AnswerListener() {
                    @Override
                    public void retrieved(List<ChunkHit> hits) {}

                    @Override
                    public void text(String piece) {
                        say(end.accept(piece));
                    }

                    private void say(String said) {
                        if (!said.isEmpty()) {
                            send.accept(writer.piece(said));
                        }
                    }
                },
                stream.cancellation()));
        String rest = end.rest();
        if (!rest.isEmpty()) {
            send.accept(writer.piece(rest));
        }
        send.accept(writer.end(answer, end));
        if (request.usageWanted()) {
            send.accept(writer.usage(answer.usage()));
        }
        send.accept(DONE);
    }

    private static Answer whole(AnswerOutcome outcome) {
        if (outcome instanceof AnswerOutcome.Broken broken) {
            throw broken.problem();
        }
        return ((AnswerOutcome.Complete) outcome).answer();
    }
}
