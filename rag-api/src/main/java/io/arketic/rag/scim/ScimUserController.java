package io.arketic.rag.scim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.unboundid.scim2.common.exceptions.BadRequestException;
import com.unboundid.scim2.common.exceptions.ScimException;
import io.arketic.rag.caller.Directory;
import io.arketic.rag.deployment.PublicAddress;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /scim/v2/Users}, which {@code /scim/v2/Schemas} describes. */
@RestController
@Hidden
@RequestMapping("/scim/v2/Users")
class ScimUserController extends ScimEndpoints {

    static final int MOST = 200;
    private static final int LONGEST_BODY = 64 << 10;

    private final ScimUsers users;
    private final PublicAddress address;

    ScimUserController(ScimUsers users, PublicAddress address) {
        this.users = users;
        this.address = address;
    }

    @Requires(Permission.DIRECTORY_PROVISION)
    @GetMapping
    ResponseEntity<byte[]> list(Directory directory, @RequestParam Map<String, String> parameters)
            throws ScimException {
        ScimQuery query = ScimQuery.of(parameters, MOST);
        ScimUsers.Found found = users.list(directory, query);
        List<ObjectNode> resources =
                found.users().stream().map(user -> query.shown(resource(user))).toList();
        return ScimJson.answer(HttpStatus.OK, ScimJson.list(found.total(), query.startIndex(), resources));
    }

    @Requires(Permission.DIRECTORY_PROVISION)
    @GetMapping("/{user}")
    ResponseEntity<byte[]> get(
            Directory directory, @PathVariable UUID user, @RequestParam Map<String, String> parameters)
            throws ScimException {
        ScimQuery query = ScimQuery.of(parameters, MOST);
        return ScimJson.resource(HttpStatus.OK, query.shown(resource(users.require(directory, user))));
    }

    @Requires(Permission.DIRECTORY_PROVISION)
    @PostMapping
    ResponseEntity<byte[]> create(
            Directory directory, @RequestParam Map<String, String> parameters, @RequestBody byte[] body)
            throws ScimException {
        ScimQuery query = ScimQuery.of(parameters, MOST);
        ScimUser made = users.create(directory, UserFields.of(ScimJson.read(body, LONGEST_BODY), true));
        return ScimJson.resource(HttpStatus.CREATED, query.shown(resource(made)));
    }

    @Requires(Permission.DIRECTORY_PROVISION)
    @PutMapping("/{user}")
    ResponseEntity<byte[]> replace(
            Directory directory,
            @PathVariable UUID user,
            @RequestParam Map<String, String> parameters,
            @RequestBody byte[] body)
            throws ScimException {
        ScimQuery query = ScimQuery.of(parameters, MOST);
        ObjectNode whole = ScimJson.read(body, LONGEST_BODY);
        if (whole.hasNonNull("id") && !whole.path("id").asText().equals(user.toString())) {
            throw BadRequestException.mutability("id cannot be changed.");
        }
        ScimUser changed = users.update(
                directory,
                user,
                present -> UserFields.of(whole, present.fields().active()));
        return ScimJson.resource(HttpStatus.OK, query.shown(resource(changed)));
    }

    @Requires(Permission.DIRECTORY_PROVISION)
    @PatchMapping("/{user}")
    ResponseEntity<byte[]> change(
            Directory directory,
            @PathVariable UUID user,
            @RequestParam Map<String, String> parameters,
            @RequestBody byte[] body)
            throws ScimException {
        ScimQuery query = ScimQuery.of(parameters, MOST);
        List<Changes.Change> changes = Changes.of(ScimJson.read(body, LONGEST_BODY));
        ScimUser changed = users.update(directory, user, present -> UserPatch.applied(present, changes));
        return ScimJson.resource(HttpStatus.OK, query.shown(resource(changed)));
    }

    @Requires(Permission.DIRECTORY_PROVISION)
    @DeleteMapping("/{user}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(Directory directory, @PathVariable UUID user, @RequestParam Map<String, String> parameters)
            throws ScimException {
        ScimQuery.of(parameters, MOST);
        users.delete(directory, user);
    }

    private ObjectNode resource(ScimUser user) {
        return user.resource(address.of("/scim/v2/Users/" + user.id()));
    }
}
