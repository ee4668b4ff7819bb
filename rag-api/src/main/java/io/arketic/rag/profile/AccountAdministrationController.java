package io.arketic.rag.profile;

import io.arketic.rag.account.EmailAddress;
import io.arketic.rag.account.User;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.caller.SystemRole;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.Page;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /users}: every account, for administrators. */
@RestController
@RequestMapping("/api/v1/users")
@Tag(name = "Accounts")
class AccountAdministrationController {

    private static final String STATUS = "active|inactive|suspended|pending_verification";

    record Change(
            @Schema(example = "suspended")
            @Nullable
            @Pattern(regexp = "active|inactive|suspended", message = "must be active, inactive or suspended")
            String status,

            @Schema(example = "viewer")
            @Nullable
            @Pattern(regexp = "super_admin|admin|user|viewer", message = "must be super_admin, admin, user or viewer")
            String role) {}

    private final AccountDirectory accounts;

    AccountAdministrationController(AccountDirectory accounts) {
        this.accounts = accounts;
    }

    @Requires(Permission.ACCOUNTS_READ)
    @GetMapping
    @Operation(summary = "List accounts", description = "The newest first.")
    Page<User> list(
            Caller caller,
            @RequestParam(required = false) @Nullable @Pattern(regexp = STATUS, message = "is no status") String status,
            @RequestParam(required = false) @Nullable String email,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        return Page.of(
                accounts.list(
                        caller,
                        status,
                        email == null ? null : EmailAddress.normalise(email),
                        Cursor.parse(cursor),
                        limit + 1),
                limit,
                User::id);
    }

    @Requires(Permission.ACCOUNTS_READ)
    @GetMapping("/{user}")
    @Operation(summary = "See an account")
    ResponseEntity<User> get(Caller caller, @PathVariable UUID user) {
        return answer(accounts.require(caller, user));
    }

    @Requires(Permission.ACCOUNTS_ADMINISTER)
    @PatchMapping("/{user}")
    @Operation(
            summary = "Change an account's status or system role",
            description =
                    "The change takes effect at the account's next request. It also unlocks a locked " + "account.")
    ResponseEntity<User> change(
            Caller caller,
            @PathVariable UUID user,
            @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @Valid @RequestBody Change change) {
        return answer(accounts.administer(
                caller, user, ifMatch, change.status(), change.role() == null ? null : SystemRole.of(change.role())));
    }

    private static ResponseEntity<User> answer(User user) {
        return ResponseEntity.ok().eTag(user.tag().text()).body(user);
    }
}
