package io.arketic.rag.profile;

import io.arketic.rag.account.Profile;
import io.arketic.rag.avatar.AvatarUploads;
import io.arketic.rag.avatar.Avatars;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.tenancy.TenantContext;
import io.swagger.v3.oas.annotations.Operation;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

/** Serves {@code /users/me/profile/avatar}. */
@RestController
@RequestMapping("/api/v1" + AvatarController.PATH)
class AvatarController {

    /** Locates the caller's own picture; {@code avatar_url} names it. */
    static final String PATH = "/users/me/profile/avatar";

    private final Avatars avatars;
    private final AvatarUploads uploads;
    private final OwnSettings settings;

    AvatarController(Avatars avatars, AvatarUploads uploads, OwnSettings settings) {
        this.avatars = avatars;
        this.uploads = uploads;
        this.settings = settings;
    }

    @Operation(
            summary = "Upload your picture",
            description =
                    "Send one PNG, JPEG or GIF of at most 5 MiB, 8,192 pixels on a side and 12.6 million in all. Its middle"
                            + " is kept as a square of 256 pixels, without metadata. Users who see your profile see it.")
    @Requires(Permission.ACCOUNT_OWN)
    @PostMapping(consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    ResponseEntity<Profile> upload(Caller caller, @RequestParam(required = false) @Nullable List<MultipartFile> files) {
        if (files == null || files.size() != 1) {
            throw ProblemException.ofField(ProblemReason.INVALID_INPUT, "files", "must hold exactly one file");
        }
        return settings.putAvatar(caller.userId(), uploads.read(caller.userId(), files.get(0)))
                .answer();
    }

    @Operation(summary = "See your picture")
    @Requires(Permission.ACCOUNT_OWN)
    @GetMapping(produces = {MediaType.IMAGE_PNG_VALUE, MediaType.IMAGE_JPEG_VALUE})
    ResponseEntity<byte[]> get(Caller caller) {
        return avatars.of(TenantContext.ofUser(caller.userId()), caller.userId())
                .answer();
    }

    @Operation(summary = "Delete your picture")
    @Requires(Permission.ACCOUNT_OWN)
    @DeleteMapping
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void remove(Caller caller) {
        settings.removeAvatar(caller.userId());
    }
}
