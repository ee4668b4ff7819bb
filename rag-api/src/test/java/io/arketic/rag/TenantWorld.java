package io.arketic.rag;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/**
 * Creates a user with an organization and one of everything that the API can create: it calls each collection's POST
 * with its documented example, so that a new resource is in the world as soon as its endpoint is.
 */
final class TenantWorld {

    private static final String ANY = "/*";

    private final String address;
    private final List<ApiOperation> operations;
    private final BodyForge forge;
    private final String token;
    private final String userId;
    private final Map<String, String> ids = new LinkedHashMap<>();

    private TenantWorld(ApiClient anonymous, List<ApiOperation> operations, BodyForge forge) {
        this.address = anonymous.address();
        this.operations = operations;
        this.forge = forge;
        String email = "w" + UUID.randomUUID() + "@example.org";
        ApiClient user = anonymous.user(email);
        // A login by another program makes a notification.
        anonymous.post(
                "/auth/login", Map.of("email", email, "password", "a good password"), "User-Agent", "another program");
        this.token = user.token();
        // the list of all accounts is not for everybody
        this.userId = user.get("/auth/me").text("id");
        ids.put("/users" + ANY, userId);
    }

    static TenantWorld make(ApiClient anonymous, List<ApiOperation> operations, BodyForge forge) {
        TenantWorld world = new TenantWorld(anonymous, operations, forge);
        List<ApiOperation> left = new ArrayList<>(operations.stream()
                .filter(operation -> operation.method().equals("POST"))
                .sorted(Comparator.comparingInt(operation -> operation.places().size()))
                .toList());
        boolean more = true;
        while (more) {
            // What one creates may be what another is created in.
            more = false;
            for (ApiOperation operation : List.copyOf(left)) {
                if (world.knows(operation)) {
                    left.remove(operation);
                    world.create(operation);
                    more = true;
                }
            }
        }
        operations.stream()
                .filter(operation -> operation.method().equals("GET"))
                .sorted(Comparator.comparingInt(operation -> operation.places().size()))
                .forEach(world::list);
        // The entries of a link's folder are documents.
        world.ids.entrySet().stream()
                .filter(known -> known.getKey().matches(".*/documents/(\\*|\\{\\w+})"))
                .map(Map.Entry::getValue)
                .findFirst()
                .ifPresent(document -> world.ids.putIfAbsent("/entries" + ANY, document));
        return world;
    }

    String token() {
        return token;
    }

    UUID userId() {
        return UUID.fromString(userId);
    }

    /** Calls with this user's token. */
    Map<String, String> headers() {
        return headers(token);
    }

    static Map<String, String> headers(String token) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Authorization", "Bearer " + token);
        return headers;
    }

    Set<String> ids() {
        return new TreeSet<>(ids.values());
    }

    boolean knows(ApiOperation operation) {
        return operation.places().stream().allMatch(place -> id(operation, place) != null);
    }

    /** Returns this tenant's id for a place in the path; null if none could be created. */
    String id(ApiOperation operation, String place) {
        String prefix = operation.prefix(place);
        String exact = ids.get(prefix);
        return exact != null ? exact : ids.get(loose(prefix));
    }

    /** Returns the operation's address with this tenant's ids, those of {@code others} from the other tenant. */
    String address(ApiOperation operation, TenantWorld other, Set<String> others) {
        String path = operation.path();
        for (String place : operation.places()) {
            String id = (others.contains(place) ? other : this).id(operation, place);
            path = path.replace(
                    "{" + place + "}",
                    URLEncoder.encode(id == null ? any(operation, place) : id, StandardCharsets.UTF_8));
        }
        return address + path;
    }

    /** Returns what the place takes, of nothing that exists: the first of what has numbers. */
    private static String any(ApiOperation operation, String place) {
        return operation.parameters("path").stream()
                        .filter(parameter -> parameter.path("name").asString("").equals(place))
                        .anyMatch(parameter -> parameter
                                .path("schema")
                                .path("type")
                                .asString("")
                                .equals("integer"))
                ? "0"
                : UUID.randomUUID().toString();
    }

    String address(ApiOperation operation) {
        return address(operation, this, Set.of());
    }

    private void create(ApiOperation operation) {
        String exact = child(operation);
        if (exact == null) {
            return;
        }
        RawReply reply;
        if (operation.takesFiles()) {
            Map<String, String> headers = headers();
            headers.put("Content-Type", "multipart/form-data; boundary=" + Multipart.BOUNDARY);
            reply = RawReply.of(
                    "POST", address(operation), headers, Multipart.file("files", "notes.txt", "Some notes"));
        } else {
            Map<String, String> headers = headers();
            headers.put("Content-Type", "application/json");
            Map<String, String> fields = forge.valid(operation);
            reply = RawReply.of("POST", address(operation), headers, BodyForge.text(fields));
            if (reply.status() == 409 || reply.status() == 429) {
                reply = RawReply.of(
                        "POST", address(operation), headers, BodyForge.text(forge.renamed(operation, fields)));
            }
        }
        if (reply.status() >= 300) {
            throw new AssertionError(operation + " refuses its own example: " + reply);
        }
        learn(exact, reply.body());
        if (operation.path().endsWith("/organizations")) {
            // An API key can be made where keys are let in.
            new ApiClient(address, token)
                    .patch(
                            "/organizations/" + ids.get(exact) + "/settings",
                            Map.of("enable_api_access", true),
                            "If-Match",
                            "*");
        }
    }

    private void list(ApiOperation operation) {
        String exact = child(operation);
        if (exact != null && !ids.containsKey(exact) && !ids.containsKey(loose(exact)) && knows(operation)) {
            learn(exact, RawReply.of("GET", address(operation), headers(), "").body());
        }
    }

    private void learn(String prefix, JsonNode reply) {
        JsonNode item = reply.path("items").isArray() ? reply.path("items").path(0) : reply;
        String id = item.path("id").asString("");
        if (!id.isEmpty()) {
            ids.put(prefix, id);
        }
    }

    /**
     * Returns the path of one thing of the collection that the operation serves: below it, or at the top of the API.
     */
    private String child(ApiOperation collection) {
        String segment = collection.path().substring(collection.path().lastIndexOf('/'));
        List<String> candidates = new ArrayList<>();
        for (ApiOperation operation : operations) {
            for (String place : operation.idPlaces()) {
                candidates.add(operation.prefix(place));
            }
        }
        return candidates.stream()
                .filter(prefix -> prefix.startsWith(collection.path() + "/{"))
                .findFirst()
                .orElseGet(() -> candidates.stream()
                        .filter(prefix -> loose(prefix).equals(segment + ANY))
                        .findFirst()
                        .map(TenantWorld::loose)
                        .orElse(null));
    }

    /** Returns {@code /chats/*} for {@code /api/v1/chats/{chat}}. */
    private static String loose(String prefix) {
        String collection = prefix.substring(0, prefix.lastIndexOf('/'));
        return collection.substring(collection.lastIndexOf('/')) + ANY;
    }
}
