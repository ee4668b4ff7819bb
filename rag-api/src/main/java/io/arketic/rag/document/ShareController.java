package io.arketic.rag.document;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.document.DocumentShares.Share;
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
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /documents/{document}/shares}: the users and groups that a document is shared with. */
@RestController
@RequestMapping("/api/v1/documents/{document}/shares")
class ShareController {

    private static final int MOST = 500;

    record WantedShare(
            @Nullable UUID userId,
            @Nullable UUID groupId,

            @NotNull @Pattern(regexp = "view|edit|share", message = "must be view, edit or share")
            String accessRight) {}

    @Schema(name = "DocumentSharing", example = """
            {"shares": []}""")
    record DocumentSharing(@NotNull @Size(max = MOST) List<@Valid @NotNull WantedShare> shares) {}

    /** @param accessRight what the caller may do with the document */
    record DocumentShareList(String shareLevel, boolean hasOwnShares, String accessRight, List<Share> items) {}

    private final Documents documents;
    private final DocumentShares shares;

    ShareController(Documents documents, DocumentShares shares) {
        this.documents = documents;
        this.shares = shares;
    }

    @Operation(
            summary = "See the users and groups that a document is shared with, and what you may do with it",
            description = "This is the document's own list. A user on it must also be on the lists of the "
                    + "folders above.")
    @Requires(Permission.DOCUMENT_READ)
    @GetMapping
    DocumentShareList list(Caller caller, @PathVariable UUID document) {
        return answer(documents.require(caller, document));
    }

    @Operation(
            summary = "Share a document with users and groups, and with no others",
            description = "The list replaces the earlier one. `view` allows reading, `edit` also changing and "
                    + "adding, `share` also sharing; only the owner and admins delete. In a folder, the "
                    + "list narrows the access of the folder and never widens it.")
    @Requires(Permission.DOCUMENT_WRITE)
    @PutMapping
    DocumentShareList share(Caller caller, @PathVariable UUID document, @Valid @RequestBody DocumentSharing sharing) {
        shares.replace(
                documents.require(caller, document),
                sharing.shares().stream()
                        .map(wanted -> new Share(wanted.userId(), wanted.groupId(), wanted.accessRight()))
                        .toList());
        return answer(documents.require(caller, document));
    }

    @Operation(
            summary = "Remove a document's own list",
            description = "In a folder, the document then has the folder's visibility; at the top it is " + "private.")
    @Requires(Permission.DOCUMENT_WRITE)
    @DeleteMapping
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void remove(Caller caller, @PathVariable UUID document) {
        shares.remove(documents.require(caller, document));
    }

    private DocumentShareList answer(DocumentAccess access) {
        return new DocumentShareList(
                access.document().shareLevel(),
                access.document().hasOwnShares(),
                shares.right(access),
                shares.list(access));
    }
}
