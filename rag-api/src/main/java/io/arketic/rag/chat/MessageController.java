package io.arketic.rag.chat;

import io.arketic.rag.answer.AnswerListener;
import io.arketic.rag.answer.AnswerStream;
import io.arketic.rag.answer.AnswerStream.Event;
import io.arketic.rag.answer.AnswerStreams;
import io.arketic.rag.answer.Citation;
import io.arketic.rag.attendance.Cancellation;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.chat.Conversation.Asked;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.retrieval.Expand;
import io.arketic.rag.retrieval.FilterBody;
import io.arketic.schema.search.ChunkHit;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import tools.jackson.databind.json.JsonMapper;

/** Serves messages with answers: whole, or as server-sent events during their creation. */
@RestController
@RequestMapping("/api/v1")
class MessageController {

    private static final String WRITE = "Write a message; the answer comes with its citations, whole or as events";
    private static final String WITHOUT_ANSWER =
            "With ask = false, or without ask in a chat that does not enable_ai_responses, the message is stored for "
                    + "the others without an answer: the message itself is returned, with 201.";
    private static final String AGAIN = "Answer a message again, whole or as events";
    private static final String WHICH =
            "Name the message or its answer, which stays; later questions build on the latest answer.";

    @Schema(example = """
            {"content": "How often is the filter changed?"}""")
    record Message(
            @NotBlank @Size(max = 4000) String content,

            @Nullable @Size(min = 1, max = 100, message = "must name 1 to 100; leave it out to ask the chat's own")
            List<@NotNull UUID> knowledgeBaseIds,

            @Nullable UUID replyToId,
            @Nullable Boolean ask,
            @Nullable @Valid FilterBody filter,

            @Nullable @Pattern(regexp = Expand.PATTERN, message = Expand.MESSAGE)
            String expand) {

        /** Returns whether the message is answered: by its own choice, or that of the chat. */
        boolean asks(ChatAccess access) {
            return ask == null ? access.chat().enableAiResponses() : ask;
        }
    }

    record Passage(
            UUID chunkId,
            UUID documentId,
            String filename,
            @Nullable Integer pageNumber,
            double score,
            @Nullable Double similarity) {}

    /** Holds the passages that were found for the message. */
    record Passages(UUID messageId, List<Passage> passages) {}

    record Token(String text) {}

    record Citations(List<Citation> citations) {}

    record Usage(
            @Nullable String aiModelUsed,
            @Nullable Integer tokensUsed,
            @Nullable Integer processingTimeMs) {}

    private final Conversation conversation;
    private final Messages messages;
    private final AnswerStreams streams;
    private final Stops stops;
    private final JsonMapper json;

    MessageController(
            Conversation conversation, Messages messages, AnswerStreams streams, Stops stops, JsonMapper json) {
        this.conversation = conversation;
        this.messages = messages;
        this.streams = streams;
        this.stops = stops;
        this.json = json;
    }

    @Operation(summary = WRITE, description = WITHOUT_ANSWER)
    @Requires(Permission.CHAT_WRITE)
    @PostMapping("/chats/{chat}/messages")
    @ApiResponse(responseCode = "200", description = "The answer", useReturnTypeSchema = true)
    @ApiResponse(responseCode = "201", description = "The message itself", useReturnTypeSchema = true)
    DeferredResult<ResponseEntity<ChatMessage>> answer(
            Caller caller, @PathVariable UUID chat, @Valid @RequestBody Message message) {
        ChatAccess access = conversation.enter(caller, chat);
        if (message.asks(access)) {
            return whole(access, cancellation -> ask(access, message, cancellation), ResponseEntity::ok);
        }
        DeferredResult<ResponseEntity<ChatMessage>> said = new DeferredResult<>();
        said.setResult(ResponseEntity.status(HttpStatus.CREATED).body(say(access, message)));
        return said;
    }

    /** Cancels an answer without a reader. */
    @Operation(summary = WRITE, description = WITHOUT_ANSWER)
    @Requires(Permission.CHAT_WRITE)
    @PostMapping(value = "/chats/{chat}/messages", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @ApiResponse(
            responseCode = "200",
            description =
                    "The answer, or a stream of the events retrieval, token, citations, usage and done, or error.",
            content =
                    @Content(
                            mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                            schema =
                                    @Schema(
                                            anyOf = {
                                                Passages.class,
                                                Token.class,
                                                Citations.class,
                                                Usage.class,
                                                ChatMessage.class,
                                                ProblemDetail.class
                                            })))
    SseEmitter stream(Caller caller, @PathVariable UUID chat, @Valid @RequestBody Message message) {
        ChatAccess access = conversation.enter(caller, chat);
        return message.asks(access)
                ? streamed(access, cancellation -> ask(access, message, cancellation))
                : streams.stream(
                        access.membership().organizationId(),
                        cancellation -> {
                            ChatMessage said = say(access, message);
                            return stream -> {
                                stream.send(new Event("done", said));
                                stream.whole(HttpStatus.CREATED.value(), json.writeValueAsBytes(said));
                            };
                        },
                        problem -> new Event("error", problem.body()));
    }

    @Operation(summary = AGAIN, description = WHICH)
    @Requires(Permission.CHAT_WRITE)
    @PostMapping("/messages/{message}/regenerate")
    DeferredResult<ChatMessage> again(Caller caller, @PathVariable UUID message) {
        MessageAccess access = messages.require(caller, message);
        return whole(access.chat(), cancellation -> conversation.askAgain(access, cancellation), answer -> answer);
    }

    @Operation(summary = AGAIN, description = WHICH)
    @Requires(Permission.CHAT_WRITE)
    @PostMapping(value = "/messages/{message}/regenerate", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @ApiResponse(
            responseCode = "200",
            description =
                    "The answer, or a stream of the events retrieval, token, citations, usage and done, or error.",
            content =
                    @Content(
                            mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                            schema =
                                    @Schema(
                                            anyOf = {
                                                Passages.class,
                                                Token.class,
                                                Citations.class,
                                                Usage.class,
                                                ChatMessage.class,
                                                ProblemDetail.class
                                            })))
    SseEmitter streamAgain(Caller caller, @PathVariable UUID message) {
        MessageAccess access = messages.require(caller, message);
        return streamed(access.chat(), cancellation -> conversation.askAgain(access, cancellation));
    }

    @Operation(
            summary = "Stop the answer to a message",
            description = "This works in any process. The partial answer is stored as a failed message with "
                    + "the reason answer-stopped. Without an answer in progress, it has no effect. Only "
                    + "the asker and admins of the chat may do this.")
    @Requires(Permission.CHAT_WRITE)
    @PostMapping("/messages/{message}/stop")
    @ResponseStatus(HttpStatus.ACCEPTED)
    void stop(Caller caller, @PathVariable UUID message) {
        stops.stop(messages.require(caller, message));
    }

    private ChatMessage say(ChatAccess access, Message message) {
        return conversation.say(access, message.content().strip(), message.replyToId());
    }

    private Asked ask(ChatAccess access, Message message, Cancellation cancellation) {
        return conversation.ask(
                access,
                message.content().strip(),
                message.knowledgeBaseIds(),
                FilterBody.of(message.filter()),
                Expand.of(message.expand()),
                message.replyToId(),
                cancellation);
    }

    private <T> DeferredResult<T> whole(
            ChatAccess access, Function<Cancellation, Asked> ask, Function<ChatMessage, T> form) {
        return streams.whole(
                access.membership().organizationId(),
                cancellation -> form.apply(conversation.answer(ask.apply(cancellation), null, cancellation)));
    }

    private SseEmitter streamed(ChatAccess access, Function<Cancellation, Asked> ask) {
        return streams.stream(
                access.membership().organizationId(),
                cancellation -> {
                    Asked asked = ask.apply(cancellation);
                    return stream -> answer(asked, stream);
                },
                problem -> new Event("error", problem.body()));
    }

    private void answer(Asked asked, AnswerStream stream) {
        ChatMessage answer = conversation.answer(asked, new Stream(asked.messageId(), stream), stream.cancellation());
        stream.send(new Event("citations", new Citations(answer.citations())));
        stream.send(
                new Event("usage", new Usage(answer.aiModelUsed(), answer.tokensUsed(), answer.processingTimeMs())));
        stream.send(new Event("done", answer));
        stream.whole(HttpStatus.OK.value(), json.writeValueAsBytes(answer));
    }

    private record Stream(UUID messageId, AnswerStream stream) implements AnswerListener {

        @Override
        public void retrieved(List<ChunkHit> hits) {
            stream.send(new Event(
                    "retrieval",
                    new Passages(
                            messageId,
                            hits.stream()
                                    .map(hit -> new Passage(
                                            hit.chunkId(),
                                            hit.documentId(),
                                            hit.filename(),
                                            hit.page(),
                                            hit.score(),
                                            hit.similarity()))
                                    .toList())));
        }

        @Override
        public void text(String piece) {
            stream.send(new Event("token", new Token(piece)));
        }
    }
}
