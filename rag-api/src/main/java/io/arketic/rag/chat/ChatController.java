package io.arketic.rag.chat;

import io.arketic.rag.identity.Caller;
import io.arketic.rag.knowledge.KnowledgeBase;
import io.arketic.rag.knowledge.KnowledgeBases;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.Page;
import io.arketic.rag.organization.AiAllowance;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** {@code /organizations/{org}/chats} and {@code /chats/{chat}}. */
@RestController
@RequestMapping("/api/v1")
class ChatController {

    @Schema(example = """
            {"title": "About pumps", "system_prompt": "Answer in one sentence."}""")
    record Creation(
            @NotBlank @Size(max = 200) String title,
            @Nullable @Size(max = 50) String aiModel,
            @Nullable @Size(max = 4000) String systemPrompt,
            @Nullable @Size(max = 100) List<UUID> knowledgeBaseIds) {}

    private final Chats chats;
    private final Messages messages;
    private final Memberships memberships;
    private final KnowledgeBases knowledgeBases;
    private final AiAllowance allowance;

    ChatController(
            Chats chats,
            Messages messages,
            Memberships memberships,
            KnowledgeBases knowledgeBases,
            AiAllowance allowance) {
        this.chats = chats;
        this.messages = messages;
        this.memberships = memberships;
        this.knowledgeBases = knowledgeBases;
        this.allowance = allowance;
    }

    @Operation(summary = "Start a chat")
    @Requires(Permission.CHAT_WRITE)
    @PostMapping("/organizations/{organization}/chats")
    @ResponseStatus(HttpStatus.CREATED)
    Chat create(Caller caller, @PathVariable UUID organization, @Valid @RequestBody Creation creation) {
        Membership membership = memberships.require(caller, organization);
        List<UUID> ids = creation.knowledgeBaseIds();
        List<KnowledgeBase> bases = ids == null || ids.isEmpty() ? List.of() : knowledgeBases.readable(membership, ids);
        if (creation.aiModel() != null) {
            allowance.model(membership, creation.aiModel());
        }
        return chats.create(membership, creation.title().strip(), creation.aiModel(), creation.systemPrompt(), bases);
    }

    @Operation(summary = "List the chats of an organization, the newest first")
    @Requires(Permission.CHAT_READ)
    @GetMapping("/organizations/{organization}/chats")
    Page<Chat> list(
            Caller caller,
            @PathVariable UUID organization,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        Membership membership = memberships.require(caller, organization);
        return Page.of(chats.list(membership, Cursor.parse(cursor), limit + 1), limit, Chat::id);
    }

    @Operation(summary = "See a chat")
    @Requires(Permission.CHAT_READ)
    @GetMapping("/chats/{chat}")
    Chat get(Caller caller, @PathVariable UUID chat) {
        return chats.require(caller, chat).chat();
    }

    @Operation(summary = "List a chat's messages, the newest first")
    @Requires(Permission.CHAT_READ)
    @GetMapping("/chats/{chat}/messages")
    Page<ChatMessage> messages(
            Caller caller,
            @PathVariable UUID chat,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        ChatAccess access = chats.require(caller, chat);
        return Page.of(messages.list(access, Cursor.parse(cursor), limit + 1), limit, ChatMessage::id);
    }
}
