package io.arketic.rag.chat;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.knowledge.KnowledgeBase;
import io.arketic.rag.knowledge.KnowledgeBases;
import io.arketic.rag.listing.Clearable;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.EntityTag;
import io.arketic.rag.listing.Page;
import io.arketic.rag.organization.AiAllowance;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Objects;
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
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /organizations/{org}/chats} and {@code /chats/{chat}}. */
@RestController
@RequestMapping("/api/v1")
class ChatController {

    private static final String TYPES = "direct|group|channel";
    private static final String SCOPES = "all|chosen";
    private static final String NOT_BLANK = "[\\s\\S]*\\S[\\s\\S]*";
    private static final String SCOPE =
            "knowledge_base_ids chooses the knowledge bases that are asked, an empty list none; knowledge_scope = all "
                    + "asks all that the asker may read.";

    @Schema(example = """
            {"title": "About pumps", "system_prompt": "Answer in one sentence."}""")
    record Creation(
            @NotBlank @Size(max = 200) String title,

            @Nullable @Pattern(regexp = TYPES, message = "must be " + TYPES)
            String chatType,

            @Nullable @Size(max = 200) List<@NotNull UUID> participantIds,
            @Nullable @Size(max = 50) String aiModel,
            @Nullable @Size(max = 4000) String systemPrompt,
            @Nullable @DecimalMin("0") @DecimalMax("2") Double temperature,
            @Nullable Boolean enableAiResponses,

            @Nullable @Pattern(regexp = SCOPES, message = "must be " + SCOPES)
            String knowledgeScope,

            @Nullable @Size(max = 100) List<@NotNull UUID> knowledgeBaseIds) {}

    @Schema(example = """
            {"title": "About pumps and valves", "enable_ai_responses": true, "temperature": 0.2}""")
    record Change(
            @Nullable @Size(max = 200) @Pattern(regexp = NOT_BLANK, message = "must not be blank")
            String title,

            @Clearable @Nullable @Size(max = 50) String aiModel,
            @Clearable @Nullable @Size(max = 4000) String systemPrompt,
            @Nullable @DecimalMin("0") @DecimalMax("2") Double temperature,
            @Nullable Boolean enableAiResponses,
            @Nullable Boolean isArchived,

            @Nullable @Pattern(regexp = SCOPES, message = "must be " + SCOPES)
            String knowledgeScope,

            @Nullable @Size(max = 100) List<@NotNull UUID> knowledgeBaseIds) {}

    private final Chats chats;
    private final Memberships memberships;
    private final KnowledgeBases knowledgeBases;
    private final AiAllowance allowance;

    ChatController(Chats chats, Memberships memberships, KnowledgeBases knowledgeBases, AiAllowance allowance) {
        this.chats = chats;
        this.memberships = memberships;
        this.knowledgeBases = knowledgeBases;
        this.allowance = allowance;
    }

    @Operation(
            summary = "Start a chat",
            description = "A direct chat has you and the model, or you and one other user; two users have one "
                    + "direct chat. A group has any number of users. Every member of the organization may "
                    + "read a channel. "
                    + SCOPE)
    @Requires(Permission.CHAT_WRITE)
    @PostMapping("/organizations/{organization}/chats")
    @ResponseStatus(HttpStatus.CREATED)
    Chat create(Caller caller, @PathVariable UUID organization, @Valid @RequestBody Creation creation) {
        Membership membership = memberships.require(caller, organization);
        String type = Objects.requireNonNullElse(creation.chatType(), Chat.DIRECT);
        List<UUID> others = creation.participantIds() == null
                ? List.of()
                : creation.participantIds().stream()
                        .distinct()
                        .filter(user -> !user.equals(caller.userId()))
                        .toList();
        if (type.equals(Chat.DIRECT) && others.size() > 1) {
            throw ProblemException.ofField(
                    ProblemReason.INVALID_INPUT, "participant_ids", "are more than one: start a group");
        }
        boolean betweenPeople = type.equals(Chat.DIRECT) && !others.isEmpty();
        return chats.create(
                membership,
                new ChatDraft(
                        creation.title().strip(),
                        type,
                        others,
                        allowed(membership, creation.aiModel()),
                        creation.systemPrompt(),
                        Objects.requireNonNullElse(creation.temperature(), Chat.DEFAULT_TEMPERATURE),
                        Objects.requireNonNullElse(creation.enableAiResponses(), !betweenPeople),
                        Objects.requireNonNullElse(
                                scope(creation.knowledgeScope(), creation.knowledgeBaseIds()), Chat.ALL),
                        chosen(membership, creation.knowledgeBaseIds())));
    }

    @Operation(
            summary = "List your chats and the organization's channels, the newest first",
            description = "Each has your participation and your number of unread messages, except channels "
                    + "that you have not joined.")
    @Requires(Permission.CHAT_READ)
    @GetMapping("/organizations/{organization}/chats")
    Page<Chat> list(
            Caller caller,
            @PathVariable UUID organization,
            @RequestParam(name = "chat_type", required = false)
                    @Pattern(regexp = TYPES, message = "must be " + TYPES)
                    @Nullable
                    String chatType,
            @RequestParam(defaultValue = "false") boolean archived,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        Membership membership = memberships.require(caller, organization);
        return Page.of(chats.list(membership, chatType, archived, Cursor.parse(cursor), limit + 1), limit, Chat::id);
    }

    @Operation(summary = "See a chat")
    @Requires(Permission.CHAT_READ)
    @GetMapping("/chats/{chat}")
    ResponseEntity<Chat> get(Caller caller, @PathVariable UUID chat) {
        return answer(chats.require(caller, chat).chat());
    }

    @Operation(
            summary = "Change, archive or unarchive a chat",
            description = "A missing field stays unchanged; an empty model or prompt removes it. " + SCOPE
                    + " For the chat's owners and admins.")
    @Requires(Permission.CHAT_WRITE)
    @PatchMapping("/chats/{chat}")
    ResponseEntity<Chat> change(
            Caller caller,
            @PathVariable UUID chat,
            @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @Valid @RequestBody Change change) {
        ChatAccess access = chats.require(caller, chat);
        String model = change.aiModel();
        return answer(chats.change(
                access,
                EntityTag.required(ifMatch),
                new ChatSettings(
                        change.title() == null ? null : change.title().strip(),
                        model == null || model.isEmpty() ? model : allowed(access.membership(), model),
                        change.systemPrompt(),
                        change.temperature(),
                        change.enableAiResponses(),
                        change.isArchived(),
                        scope(change.knowledgeScope(), change.knowledgeBaseIds()),
                        change.knowledgeBaseIds() == null && !Chat.ALL.equals(change.knowledgeScope())
                                ? null
                                : chosen(access.membership(), change.knowledgeBaseIds()))));
    }

    @Operation(
            summary = "Delete a chat with its messages permanently",
            description = "Only owners of the chat may do this.")
    @Requires(Permission.CHAT_WRITE)
    @DeleteMapping("/chats/{chat}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(Caller caller, @PathVariable UUID chat) {
        chats.delete(chats.require(caller, chat));
    }

    private @Nullable String allowed(Membership membership, @Nullable String model) {
        return model == null ? null : allowance.model(membership, model);
    }

    /** Returns null if neither is given. */
    private static @Nullable String scope(@Nullable String scope, @Nullable List<UUID> ids) {
        if (Chat.ALL.equals(scope) && ids != null && !ids.isEmpty()) {
            throw ProblemException.ofField(
                    ProblemReason.INVALID_INPUT, "knowledge_base_ids", "must be left out where knowledge_scope is all");
        }
        return scope == null && ids != null ? Chat.CHOSEN : scope;
    }

    private List<KnowledgeBase> chosen(Membership membership, @Nullable List<UUID> ids) {
        return ids == null || ids.isEmpty() ? List.of() : knowledgeBases.readable(membership, ids);
    }

    private static ResponseEntity<Chat> answer(Chat chat) {
        return ResponseEntity.ok().eTag(EntityTag.of(chat.updatedAt()).text()).body(chat);
    }
}
