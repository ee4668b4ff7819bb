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

/** Serves {@code /scim/v2/Groups}, which {@code /scim/v2/Schemas} describes. */
@RestController
@Hidden
@RequestMapping("/scim/v2/Groups")
class ScimGroupController extends ScimEndpoints {

    private static final int MOST = 100;

    /** Holds a group of ten thousand members, with their names. */
    private static final int LONGEST_BODY = 4 << 20;

    private final ScimGroups groups;
    private final PublicAddress address;

    ScimGroupController(ScimGroups groups, PublicAddress address) {
        this.groups = groups;
        this.address = address;
    }

    @Requires(Permission.DIRECTORY_PROVISION)
    @GetMapping
    ResponseEntity<byte[]> list(Directory directory, @RequestParam Map<String, String> parameters)
            throws ScimException {
        ScimQuery query = ScimQuery.of(parameters, MOST);
        ScimGroups.Found found = groups.list(directory, query);
        List<ObjectNode> resources = found.groups().stream()
                .map(group -> query.shown(resource(group)))
                .toList();
        return ScimJson.answer(HttpStatus.OK, ScimJson.list(found.total(), query.startIndex(), resources));
    }

    @Requires(Permission.DIRECTORY_PROVISION)
    @GetMapping("/{group}")
    ResponseEntity<byte[]> get(
            Directory directory, @PathVariable UUID group, @RequestParam Map<String, String> parameters)
            throws ScimException {
        ScimQuery query = ScimQuery.of(parameters, MOST);
        return answer(HttpStatus.OK, query, groups.require(directory, group, query.shows("members")));
    }

    @Requires(Permission.DIRECTORY_PROVISION)
    @PostMapping
    ResponseEntity<byte[]> create(
            Directory directory, @RequestParam Map<String, String> parameters, @RequestBody byte[] body)
            throws ScimException {
        ScimQuery query = ScimQuery.of(parameters, MOST);
        List<GroupChange> changes = GroupChange.whole(ScimJson.read(body, LONGEST_BODY));
        return answer(HttpStatus.CREATED, query, groups.create(directory, changes, query.shows("members")));
    }

    @Requires(Permission.DIRECTORY_PROVISION)
    @PutMapping("/{group}")
    ResponseEntity<byte[]> replace(
            Directory directory,
            @PathVariable UUID group,
            @RequestParam Map<String, String> parameters,
            @RequestBody byte[] body)
            throws ScimException {
        ScimQuery query = ScimQuery.of(parameters, MOST);
        ObjectNode whole = ScimJson.read(body, LONGEST_BODY);
        if (whole.hasNonNull("id") && !whole.path("id").asText().equals(group.toString())) {
            throw BadRequestException.mutability("id cannot be changed.");
        }
        List<GroupChange> changes = GroupChange.whole(whole);
        return answer(HttpStatus.OK, query, groups.update(directory, group, changes, query.shows("members")));
    }

    @Requires(Permission.DIRECTORY_PROVISION)
    @PatchMapping("/{group}")
    ResponseEntity<byte[]> change(
            Directory directory,
            @PathVariable UUID group,
            @RequestParam Map<String, String> parameters,
            @RequestBody byte[] body)
            throws ScimException {
        ScimQuery query = ScimQuery.of(parameters, MOST);
        List<GroupChange> changes = GroupChange.of(group, ScimJson.read(body, LONGEST_BODY));
        return answer(HttpStatus.OK, query, groups.update(directory, group, changes, query.shows("members")));
    }

    @Requires(Permission.DIRECTORY_PROVISION)
    @DeleteMapping("/{group}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(Directory directory, @PathVariable UUID group, @RequestParam Map<String, String> parameters)
            throws ScimException {
        ScimQuery.of(parameters, MOST);
        groups.delete(directory, group);
    }

    private ResponseEntity<byte[]> answer(HttpStatus status, ScimQuery query, ScimGroup group) {
        return ScimJson.resource(status, query.shown(resource(group)));
    }

    private ObjectNode resource(ScimGroup group) {
        return group.resource(address.of("/scim/v2/Groups/" + group.id()), address.of("/scim/v2/Users/"));
    }
}
