package io.arketic.rag.library;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.knowledge.KnowledgeAccess;
import io.arketic.rag.knowledge.KnowledgeBases;
import io.arketic.rag.library.KnowledgeShares.Share;
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
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /knowledge-bases/{kb}/shares}: the users and groups that a knowledge base is shared with. */
@RestController
@RequestMapping("/api/v1/knowledge-bases/{knowledgeBase}/shares")
class KnowledgeShareController {

    private static final int MOST = 500;

    @Schema(name = "WantedKnowledgeShare")
    record WantedShare(
            @Nullable UUID userId,
            @Nullable UUID groupId,

            @NotNull @Pattern(regexp = "view|edit|share", message = "must be view, edit or share")
            String accessRight) {}

    @Schema(name = "KnowledgeSharing", example = """
            {"shares": []}""")
    record KnowledgeSharing(@NotNull @Size(max = MOST) List<@Valid @NotNull WantedShare> shares) {}

    /** @param accessRight what the caller may do with the knowledge base */
    record KnowledgeShareList(String knowledgeBaseType, String accessRight, List<Share> items) {}

    private final KnowledgeBases knowledgeBases;
    private final KnowledgeShares shares;

    KnowledgeShareController(KnowledgeBases knowledgeBases, KnowledgeShares shares) {
        this.knowledgeBases = knowledgeBases;
        this.shares = shares;
    }

    @Operation(
            summary = "See the users and groups that a knowledge base is shared with, and what you may do with it",
            description =
                    "Only a personal knowledge base has a list. All members of the organization see every other one.")
    @Requires(Permission.KNOWLEDGE_READ)
    @GetMapping
    KnowledgeShareList list(Caller caller, @PathVariable UUID knowledgeBase) {
        return answer(knowledgeBases.require(caller, knowledgeBase));
    }

    @Operation(
            summary = "Share a knowledge base with users and groups, and with no others",
            description =
                    "The list replaces the earlier one, and the knowledge base becomes personal: it is shown to its"
                            + " owner and to the users on the list. `view` allows reading, searching and asking, `edit` also"
                            + " changing it and its documents, `share` also sharing. With an empty list only its owner sees it.")
    @Requires(Permission.KNOWLEDGE_WRITE)
    @PutMapping
    KnowledgeShareList share(
            Caller caller, @PathVariable UUID knowledgeBase, @Valid @RequestBody KnowledgeSharing sharing) {
        shares.replace(
                knowledgeBases.require(caller, knowledgeBase),
                sharing.shares().stream()
                        .map(wanted -> new Share(wanted.userId(), wanted.groupId(), wanted.accessRight()))
                        .toList());
        return answer(knowledgeBases.require(caller, knowledgeBase));
    }

    private KnowledgeShareList answer(KnowledgeAccess access) {
        return new KnowledgeShareList(access.knowledgeBase().knowledgeBaseType(), access.right(), shares.list(access));
    }
}
