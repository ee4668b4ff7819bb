package io.arketic.rag.profile;

import io.arketic.rag.account.Preferences;
import io.arketic.rag.account.Profile;
import io.arketic.rag.account.User;
import io.arketic.rag.bulkhead.Bulkhead;
import io.arketic.rag.bulkhead.Bulkheads;
import io.arketic.rag.bulkhead.Kind;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.patch.MergePatch;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** Serves {@code /users/me}: the caller's account, profile and preferences. Changes are merge patches (RFC 7396). */
@RestController
@RequestMapping("/api/v1/users/me")
@Tag(name = "Own account")
class OwnAccountController {

    private static final String PATCH =
            "A field that is absent stays, null clears it. If-Match is the ETag that was read.";

    record Erasure(
            @Schema(example = "correct horse battery") @NotBlank @Size(max = 200)
            String password,

            @Schema(
                    example = "492039",
                    description = "Required with two-factor authentication; a recovery code is also valid.")
            @Nullable
            @Size(max = 50)
            String twoFactorCode) {}

    private final AccountDirectory accounts;
    private final OwnSettings settings;
    private final MergePatch patches;
    private final AccountExport export;
    private final AccountErasure erasure;
    private final Bulkhead places;

    OwnAccountController(
            AccountDirectory accounts,
            OwnSettings settings,
            MergePatch patches,
            AccountExport export,
            AccountErasure erasure,
            Bulkheads bulkheads) {
        this.accounts = accounts;
        this.settings = settings;
        this.patches = patches;
        this.export = export;
        this.erasure = erasure;
        this.places = bulkheads.of(Kind.EXPORTS);
    }

    @Requires(Permission.ACCOUNT_OWN)
    @GetMapping
    @Operation(summary = "See your own account")
    ResponseEntity<User> account(Caller caller) {
        return answer(accounts.require(caller, caller.userId()));
    }

    @Requires(Permission.ACCOUNT_OWN)
    @PatchMapping
    @Operation(summary = "Change your own names", description = PATCH)
    ResponseEntity<User> changeAccount(
            Caller caller,
            @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content = @Content(schema = @Schema(implementation = AccountDirectory.Names.class)))
                    @RequestBody
                    Map<String, Object> patch) {
        return answer(accounts.changeNames(
                caller, ifMatch, names -> patches.apply(names, patch, AccountDirectory.Names.class)));
    }

    @Requires(Permission.ACCOUNT_OWN)
    @GetMapping("/profile")
    @Operation(summary = "See your own profile")
    ResponseEntity<Profile> profile(Caller caller) {
        return settings.profile(caller.userId()).answer();
    }

    @Requires(Permission.ACCOUNT_OWN)
    @PatchMapping("/profile")
    @Operation(summary = "Change your own profile", description = PATCH)
    ResponseEntity<Profile> changeProfile(
            Caller caller,
            @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content = @Content(schema = @Schema(implementation = Profile.class)))
                    @RequestBody
                    Map<String, Object> patch) {
        return settings.changeProfile(caller.userId(), ifMatch, profile -> patches.apply(profile, patch, Profile.class))
                .answer();
    }

    @Requires(Permission.ACCOUNT_OWN)
    @GetMapping("/preferences")
    @Operation(summary = "See your own preferences")
    ResponseEntity<Preferences> preferences(Caller caller) {
        return settings.preferences(caller.userId()).answer();
    }

    @Requires(Permission.ACCOUNT_OWN)
    @PatchMapping("/preferences")
    @Operation(summary = "Change your own preferences", description = PATCH)
    ResponseEntity<Preferences> changePreferences(
            Caller caller,
            @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content = @Content(schema = @Schema(implementation = Preferences.class)))
                    @RequestBody
                    Map<String, Object> patch) {
        return settings.changePreferences(
                        caller.userId(), ifMatch, preferences -> patches.apply(preferences, patch, Preferences.class))
                .answer();
    }

    @Requires(Permission.ACCOUNT_OWN)
    @GetMapping(value = "/export", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            summary = "Export your own account",
            description = "Exports every row that names the account, in every organization, by table. It has "
                    + "no secrets, and no texts of files, which can be downloaded as files.")
    @ApiResponse(
            responseCode = "200",
            description = "One object, with a list of rows for each table",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(type = "object"),
                            examples = @ExampleObject("{}")))
    ResponseEntity<StreamingResponseBody> export(Caller caller) {
        caller.requireWholeAccount();
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment()
                                .filename("account.json")
                                .build()
                                .toString())
                .body(places.writing(caller.userId(), target -> export.write(caller.userId(), target)));
    }

    @Requires(Permission.ACCOUNT_OWN)
    @DeleteMapping
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(
            summary = "Erase your own account",
            description = "This is permanent. Content that others share, such as messages and uploads in "
                    + "organizations, stays without the account's name; knowledge bases pass to the "
                    + "organization's owner. Organizations without another member are removed; transfer "
                    + "one that would be left without an owner first.")
    void erase(Caller caller, @Valid @RequestBody Erasure request) {
        erasure.erase(caller, request.password(), request.twoFactorCode());
    }

    private static ResponseEntity<User> answer(User user) {
        return ResponseEntity.ok().eTag(user.tag().text()).body(user);
    }
}
