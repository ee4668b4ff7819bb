package io.arketic.rag.chat;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.chat.Participants.Place;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.EntityTag;
import io.arketic.rag.listing.Page;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.permission.Role;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /chats/{chat}/participants}: list, change, join and leave. */
@RestController
@RequestMapping("/api/v1/chats/{chat}")
class ParticipantController {

    private static final String ROLES = "owner|admin|member|viewer";

    @Schema(example = "{\"role\": \"member\"}")
    record Entry(
            @Nullable UUID userId,

            @Nullable @Pattern(regexp = ROLES, message = "must be " + ROLES)
            String role,

            @Nullable Boolean canSendMessages,
            @Nullable Boolean canUploadFiles) {}

    @Schema(example = "{\"is_muted\": true}")
    record Change(
            @Nullable @Pattern(regexp = ROLES, message = "must be " + ROLES)
            String role,

            @Nullable Boolean canSendMessages,
            @Nullable Boolean canUploadFiles,
            @Nullable Boolean isMuted) {}

    @Schema(example = "{\"last_read_message_id\": \"01980000-0000-7000-8000-000000000000\"}")
    record ReadMark(@NotNull UUID lastReadMessageId) {}

    private final Chats chats;
    private final Participants participants;
    private final Messages messages;

    ParticipantController(Chats chats, Participants participants, Messages messages) {
        this.chats = chats;
        this.participants = participants;
        this.messages = messages;
    }

    @Operation(summary = "List the participants of a chat, the newest first")
    @Requires(Permission.CHAT_READ)
    @GetMapping("/participants")
    Page<Participant> list(
            Caller caller,
            @PathVariable UUID chat,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        ChatAccess access = chats.require(caller, chat);
        return Page.of(participants.list(access, Cursor.parse(cursor), limit + 1), limit, Participant::id);
    }

    @Operation(
            summary = "Add a member of the organization to a chat, or join a channel",
            description = "Without user_id, you join yourself: every member may join a channel, and only reads "
                    + "there until one of its admins allows more. Owners and admins of the chat add "
                    + "others; only owners add owners.")
    @Requires(Permission.CHAT_TAKE_PART)
    @PostMapping("/participants")
    @ResponseStatus(HttpStatus.CREATED)
    Participant enter(Caller caller, @PathVariable UUID chat, @Valid @RequestBody Entry entry) {
        ChatAccess access = chats.require(caller, chat);
        if (entry.userId() == null || entry.userId().equals(caller.userId())) {
            return participants.join(access);
        }
        return participants.invite(
                access,
                entry.userId(),
                new Place(role(entry.role()), entry.canSendMessages(), entry.canUploadFiles(), null));
    }

    @Operation(summary = "See a participant")
    @Requires(Permission.CHAT_READ)
    @GetMapping("/participants/{participant}")
    ResponseEntity<Participant> get(Caller caller, @PathVariable UUID chat, @PathVariable UUID participant) {
        return answer(participants.require(chats.require(caller, chat), participant));
    }

    @Operation(
            summary = "Change what a participant may do, or mute the chat for yourself",
            description = "A missing field stays unchanged. Only owners make and change owners, and the last "
                    + "owner stays.")
    @Requires(Permission.CHAT_TAKE_PART)
    @PatchMapping("/participants/{participant}")
    ResponseEntity<Participant> change(
            Caller caller,
            @PathVariable UUID chat,
            @PathVariable UUID participant,
            @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @Valid @RequestBody Change change) {
        return answer(participants.change(
                chats.require(caller, chat),
                participant,
                EntityTag.required(ifMatch),
                new Place(role(change.role()), change.canSendMessages(), change.canUploadFiles(), change.isMuted())));
    }

    @Operation(summary = "Remove a participant, whose access ends at once")
    @Requires(Permission.CHAT_TAKE_PART)
    @DeleteMapping("/participants/{participant}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void remove(Caller caller, @PathVariable UUID chat, @PathVariable UUID participant) {
        participants.remove(chats.require(caller, chat), participant);
    }

    @Operation(summary = "Leave a chat", description = "The last owner must make another owner first.")
    @Requires(Permission.CHAT_TAKE_PART)
    @PostMapping("/leave")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void leave(Caller caller, @PathVariable UUID chat) {
        participants.leave(chats.require(caller, chat));
    }

    @Operation(
            summary = "Mark a message and all earlier ones as read by you",
            description = "A read mark never moves back.")
    @Requires(Permission.CHAT_TAKE_PART)
    @PutMapping("/read")
    Participation read(Caller caller, @PathVariable UUID chat, @Valid @RequestBody ReadMark mark) {
        return messages.markRead(chats.require(caller, chat), mark.lastReadMessageId());
    }

    private static ResponseEntity<Participant> answer(Participant participant) {
        return ResponseEntity.ok().eTag(participant.tag().text()).body(participant);
    }

    private static @Nullable Role role(@Nullable String label) {
        return label == null ? null : Role.of(label);
    }
}
