package io.arketic.rag.chat;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.EntityTag;
import io.arketic.rag.listing.Page;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /messages/{message}} and the search of messages. */
@RestController
@RequestMapping("/api/v1")
class StoredMessageController {

    @Schema(example = "{\"content\": \"How often is the filter of the pump changed?\"}")
    record Edit(@NotBlank @Size(max = 4000) String content) {}

    private final Chats chats;
    private final Messages messages;
    private final Memberships memberships;

    StoredMessageController(Chats chats, Messages messages, Memberships memberships) {
        this.chats = chats;
        this.messages = messages;
        this.memberships = memberships;
    }

    @Operation(summary = "List a chat's messages, the newest first")
    @Requires(Permission.CHAT_READ)
    @GetMapping("/chats/{chat}/messages")
    Page<ChatMessage> list(
            Caller caller,
            @PathVariable UUID chat,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        ChatAccess access = chats.require(caller, chat);
        return Page.of(messages.list(access, Cursor.parse(cursor), limit + 1), limit, ChatMessage::id);
    }

    @Operation(
            summary = "Find messages in your chats by their words, the newest first",
            description = "The words have the syntax of web search engines: \"a phrase\", or, -without.")
    @Requires(Permission.CHAT_READ)
    @GetMapping("/organizations/{organization}/messages/search")
    Page<ChatMessage> search(
            Caller caller,
            @PathVariable UUID organization,
            @RequestParam(required = false) @Size(max = 500) @Nullable String q,
            @RequestParam(defaultValue = "20") @Min(1) @Max(100) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        Membership membership = memberships.require(caller, organization);
        if (q == null || q.isBlank()) {
            throw ProblemException.ofField(ProblemReason.INVALID_INPUT, "q", "must hold words");
        }
        return Page.of(messages.search(membership, q, Cursor.parse(cursor), limit + 1), limit, ChatMessage::id);
    }

    @Operation(summary = "See a message", description = "A deleted message is returned without content.")
    @Requires(Permission.CHAT_READ)
    @GetMapping("/messages/{message}")
    ResponseEntity<ChatMessage> get(Caller caller, @PathVariable UUID message) {
        return answer(messages.require(caller, message).message());
    }

    @Operation(summary = "Edit a message", description = "You may edit your own messages; the answer stays unchanged.")
    @Requires(Permission.CHAT_WRITE)
    @PatchMapping("/messages/{message}")
    ResponseEntity<ChatMessage> edit(
            Caller caller,
            @PathVariable UUID message,
            @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @Valid @RequestBody Edit edit) {
        MessageAccess access = messages.require(caller, message).editing();
        return answer(messages.edit(
                access, EntityTag.required(ifMatch), edit.content().strip()));
    }

    @Operation(
            summary = "Delete a message",
            description = "Its content and quotes are removed. You may delete your own messages, answers to "
                    + "you, and as an admin of the chat any message.")
    @Requires(Permission.CHAT_WRITE)
    @DeleteMapping("/messages/{message}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(Caller caller, @PathVariable UUID message) {
        messages.delete(messages.require(caller, message));
    }

    private static ResponseEntity<ChatMessage> answer(ChatMessage message) {
        return ResponseEntity.ok()
                .eTag(EntityTag.of(message.updatedAt()).text())
                .body(message);
    }
}
