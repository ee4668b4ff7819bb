package io.arketic.rag.chat;

import io.arketic.rag.answer.AnswerListener;
import io.arketic.rag.answer.Citation;
import io.arketic.rag.chat.Conversation.Asked;
import io.arketic.rag.identity.Caller;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.ChunkHit;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** {@code POST /chats/{chat}/messages}: the answer whole, or as server-sent events while it comes about. */
@RestController
@RequestMapping("/api/v1/chats/{chat}/messages")
class MessageController {

    private static final Logger log = LoggerFactory.getLogger(MessageController.class);
    private static final int ANSWERS = 32;
    private static final Duration LONGEST = Duration.ofMinutes(5);

    @Schema(example = """
            {"content": "How often is the filter changed?"}""")
    record Message(
            @NotBlank @Size(max = 4000) String content,
            @Nullable @Size(max = 100) List<UUID> knowledgeBaseIds,
            @Nullable UUID replyToId,
            @Nullable Boolean ask) {

        /** Unless the message says otherwise, it is answered where the chat's messages are. */
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

    /** What was found for the message. */
    record Passages(UUID messageId, List<Passage> passages) {}

    record Token(String text) {}

    record Citations(List<Citation> citations) {}

    record Usage(
            @Nullable String aiModelUsed,
            @Nullable Integer tokensUsed,
            @Nullable Integer processingTimeMs) {}

    private final Conversation conversation;
    /** Answers under way, streamed or not; it also bounds the threads. */
    private final Semaphore places = new Semaphore(ANSWERS);

    private final ExecutorService streams = Executors.newCachedThreadPool(task -> new Thread(task, "answer-stream"));

    MessageController(Conversation conversation) {
        this.conversation = conversation;
    }

    @Operation(
            summary = "Write a message; the answer comes with its citations, whole or as events",
            description =
                    "With ask = false, or without ask in a chat that does not enable_ai_responses, the message is "
                            + "kept for the others and nobody answers it: it comes back itself, with 201.")
    @Requires(Permission.CHAT_WRITE)
    @PostMapping
    ResponseEntity<ChatMessage> answer(Caller caller, @PathVariable UUID chat, @Valid @RequestBody Message message) {
        ChatAccess access = conversation.enter(caller, chat);
        if (!message.asks(access)) {
            return ResponseEntity.status(HttpStatus.CREATED).body(say(access, message));
        }
        takePlace();
        try {
            return ResponseEntity.ok(conversation.answer(ask(access, message), new AnswerListener() {
                @Override
                public void retrieved(List<ChunkHit> hits) {}

                @Override
                public void text(String piece) {}
            }));
        } finally {
            places.release();
        }
    }

    /** An answer that is under way is finished and kept even when its reader goes away. */
    @Operation(
            summary = "Write a message; the answer comes with its citations, whole or as events",
            description =
                    "With ask = false, or without ask in a chat that does not enable_ai_responses, the message is "
                            + "kept for the others and nobody answers it: it comes back itself, with 201.")
    @Requires(Permission.CHAT_WRITE)
    @PostMapping(produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter stream(Caller caller, @PathVariable UUID chat, @Valid @RequestBody Message message) {
        ChatAccess access = conversation.enter(caller, chat);
        if (!message.asks(access)) {
            SseEmitter emitter = new SseEmitter(LONGEST.toMillis());
            ChatMessage said = say(access, message);
            new Stream(emitter, said.id()).send("done", said);
            emitter.complete();
            return emitter;
        }
        takePlace();
        boolean started = false;
        try {
            Asked asked = ask(access, message);
            Stream stream = new Stream(new SseEmitter(LONGEST.toMillis()), asked.messageId());
            streams.execute(() -> run(asked, stream));
            started = true;
            return stream.emitter;
        } finally {
            if (!started) {
                places.release();
            }
        }
    }

    private ChatMessage say(ChatAccess access, Message message) {
        return conversation.say(access, message.content().strip(), message.replyToId());
    }

    private Asked ask(ChatAccess access, Message message) {
        return conversation.ask(access, message.content().strip(), message.knowledgeBaseIds(), message.replyToId());
    }

    private void run(Asked asked, Stream stream) {
        try {
            ChatMessage answer = conversation.answer(asked, stream);
            stream.send("citations", new Citations(answer.citations()));
            stream.send("usage", new Usage(answer.aiModelUsed(), answer.tokensUsed(), answer.processingTimeMs()));
            stream.send("done", answer);
        } catch (ProblemException problem) {
            log.warn("An answer failed: {}", problem.reason(), problem);
            stream.send("error", problem.body());
        } catch (RuntimeException failure) {
            log.error("An answer failed", failure);
            stream.send("error", new ProblemException(ProblemReason.INTERNAL, "The answer failed.").body());
        } finally {
            places.release();
            stream.emitter.complete();
        }
    }

    /** Before the question is stored, so that a refusal leaves none without an answer. */
    private void takePlace() {
        if (!places.tryAcquire()) {
            throw ProblemException.tooManyRequests("Too many answers are under way.", Duration.ofSeconds(5));
        }
    }

    private static final class Stream implements AnswerListener {

        private final SseEmitter emitter;
        private final UUID messageId;
        private boolean gone;

        Stream(SseEmitter emitter, UUID messageId) {
            this.emitter = emitter;
            this.messageId = messageId;
        }

        @Override
        public void retrieved(List<ChunkHit> hits) {
            send(
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
                                    .toList()));
        }

        @Override
        public void text(String piece) {
            send("token", new Token(piece));
        }

        void send(String event, Object data) {
            if (gone) {
                return;
            }
            try {
                emitter.send(SseEmitter.event().name(event).data(data, MediaType.APPLICATION_JSON));
            } catch (IOException | IllegalStateException left) {
                gone = true;
            }
        }
    }
}
