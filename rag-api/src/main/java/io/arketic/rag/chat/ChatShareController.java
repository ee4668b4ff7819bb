package io.arketic.rag.chat;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.chat.ChatShares.Share;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.UUID;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /chats/{chat}/shares}: the groups that a chat is shared with. */
@RestController
@RequestMapping("/api/v1/chats/{chat}/shares")
class ChatShareController {

    private static final int MOST = 100;

    @Schema(name = "WantedChatShare")
    record WantedShare(
            @NotNull UUID groupId,

            @NotNull @Pattern(regexp = "view|edit", message = "must be view or edit")
            String accessRight) {}

    @Schema(name = "ChatSharing", example = """
            {"shares": []}""")
    record ChatSharing(@NotNull @Size(max = MOST) List<@Valid @NotNull WantedShare> shares) {}

    record ChatShareList(List<Share> items) {}

    private final Chats chats;
    private final ChatShares shares;

    ChatShareController(Chats chats, ChatShares shares) {
        this.chats = chats;
        this.shares = shares;
    }

    @Operation(summary = "See the groups that a chat is shared with")
    @Requires(Permission.CHAT_READ)
    @GetMapping
    ChatShareList list(Caller caller, @PathVariable UUID chat) {
        return new ChatShareList(shares.list(chats.require(caller, chat)));
    }

    @Operation(
            summary = "Share a chat with groups",
            description =
                    "The list replaces the earlier one. Members of a group with `view` find the chat, read it and join it as"
                            + " readers; with `edit` they join it to write. A user that leaves the group, or that loses `edit`, loses"
                            + " the right at once. A group does not bring back a user that was removed from the chat. Owners and"
                            + " admins of the chat share it. A direct chat is not shared.")
    @Requires(Permission.CHAT_TAKE_PART)
    @PutMapping
    ChatShareList share(Caller caller, @PathVariable UUID chat, @Valid @RequestBody ChatSharing sharing) {
        ChatAccess access = chats.require(caller, chat);
        shares.replace(
                access,
                sharing.shares().stream()
                        .map(wanted -> new Share(wanted.groupId(), wanted.accessRight()))
                        .toList());
        return new ChatShareList(shares.list(access));
    }
}
