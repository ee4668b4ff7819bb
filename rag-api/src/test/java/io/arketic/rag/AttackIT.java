package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.permission.Audience;
import io.arketic.rag.permission.Role;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/**
 * Tests what every operation must refuse, from the OpenAPI document of the running server: a new endpoint is attacked
 * automatically.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AttackIT {

    private static final Set<Audience> OPERATORS = EnumSet.of(Audience.SYSTEM_ADMIN, Audience.SUPER_ADMIN);
    private static final String ANYBODY = "00000000-0000-0000-0000-000000000001";

    private RunningApi api;
    private List<ApiOperation> operations;
    private final BodyForge forge = new BodyForge(7);
    private TenantRows rows;
    private TenantWorld victim;
    private TenantWorld attacker;
    private String operator;

    @BeforeAll
    void start() {
        api = RunningApi.shared(AttackSettings.SETTINGS);
        operations = ApiOperation.all(api.client().get("/openapi").body());
        rows = new TenantRows(api.database());
        victim = TenantWorld.make(api.client(), operations, forge);
        attacker = TenantWorld.make(api.client(), operations, forge);
        Awaiting.await(
                "the runs of workflows",
                () -> api.count("select count(*) from workflow_executions"
                                + " where status in ('pending', 'running', 'waiting')")
                        == 0);
        operator = api.client().user("operator@example.org").token();
        rows.execute("update users set role = 'super_admin' where email = 'operator@example.org'");
    }

    /** Belongs to a user whose body is read: the operators' operations check the role first. */
    private String tokenFor(ApiOperation operation) {
        return OPERATORS.contains(operation.permission().audience()) ? operator : attacker.token();
    }

    @Test
    void everyKindOfThingThatHasAnAddressWasMade() {
        forEach(operations, (operation, softly) -> {
            for (String place : operation.idPlaces()) {
                softly.assertThat(victim.id(operation, place))
                        .as("an id for {" + place + "} in " + operation
                                + ": the POST of its collection must take its documented example, or its list hold one")
                        .isNotNull();
            }
        });
    }

    @Test
    void everyOperationIsExplained() {
        forEach(operations, (operation, softly) -> {
            softly.assertThat(operation.definition().path("summary").asString(""))
                    .as("summary of " + operation)
                    .isNotBlank();
            if (operation.takesJson()) {
                softly.assertThat(operation.showsBody())
                        .as("example of the body of " + operation)
                        .isTrue();
            }
            softly.assertThat(operation.answersWithoutExample())
                    .as("answers without an example of " + operation)
                    .isEmpty();
            softly.assertThat(operation.documents(401))
                    .as(operation + " tells of missing tokens")
                    .isEqualTo(operation.permission().audience() != Audience.ANYONE);
            softly.assertThat(operation.documents(404) || operation.places().isEmpty())
                    .as(operation + " tells of what is not found")
                    .isTrue();
            softly.assertThat(operation.documents(422) || !operation.takesJson())
                    .as(operation + " tells of invalid input")
                    .isTrue();
        });
    }

    @TestFactory
    Stream<DynamicTest> anothersIdIsNotFoundAndNothingChanges() {
        return each(
                operations.stream().filter(operation -> !operation.idPlaces().isEmpty()), operation -> {
                    Map<String, String> before = rows(victim);
                    List<String> places = operation.idPlaces();
                    for (int subset = 1; subset < 1 << places.size(); subset++) {
                        int chosen = subset;
                        Set<String> anothers = Set.copyOf(places.stream()
                                .filter(place -> (chosen >> places.indexOf(place) & 1) == 1)
                                .toList());
                        RawReply reply =
                                send(operation, attacker.address(operation, victim, anothers), attacker.token(), null);
                        assertThat(reply.status())
                                .as(operation + " with another's " + anothers + ": " + reply)
                                .isEqualTo(
                                        OPERATORS.contains(
                                                        operation.permission().audience())
                                                ? 403
                                                : 404);
                        assertThat(reply.isProblem()).as(reply.toString()).isTrue();
                    }
                    assertThat(rows(victim)).as(operation + " changed").isEqualTo(before);
                });
    }

    @TestFactory
    Stream<DynamicTest> anothersIdInABodyIsRefusedAndNothingChanges() {
        return each(operations.stream().filter(ApiOperation::takesJson), operation -> {
            Map<String, String> before = rows(victim);
            operation.bodySchema().path("properties").properties().forEach(property -> {
                JsonNode schema = operation.resolve(property.getValue());
                boolean many = schema.path("items").path("format").asString("").equals("uuid");
                if (!many && !schema.path("format").asString("").equals("uuid")) {
                    return;
                }
                for (String id : victim.ids()) {
                    Map<String, String> fields = forge.valid(operation);
                    fields.put(property.getKey(), many ? "[\"" + id + "\"]" : "\"" + id + "\"");
                    RawReply reply =
                            send(operation, attacker.address(operation), attacker.token(), BodyForge.text(fields));
                    assertThat(reply.status())
                            .as(operation + " with another's " + property.getKey() + ": " + reply)
                            .isIn(403, 404, 409, 422);
                }
            });
            assertThat(rows(victim)).as(operation + " changed").isEqualTo(before);
        });
    }

    @Test
    void withoutATokenNothingIsServed() {
        forEach(operations, (operation, softly) -> {
            if (operation.permission().audience() == Audience.ANYONE) {
                return;
            }
            Map<String, String> before = rows(victim);
            for (String token : List.of("", "nonsense", victim.token() + "x")) {
                RawReply reply = send(operation, victim.address(operation), token, null);
                softly.assertThat(reply.status())
                        .as(operation + " without a token: " + reply)
                        .isEqualTo(401);
                softly.assertThat(reply.isProblem()).as(reply.toString()).isTrue();
            }
            softly.assertThat(rows(victim)).as(operation + " changed").isEqualTo(before);
        });
    }

    @Test
    void tooLowARoleIsRefused() {
        Map<Role, String> tokens = new LinkedHashMap<>();
        for (Role role : List.of(Role.VIEWER, Role.MEMBER, Role.ADMIN)) {
            ApiClient user = api.client().user("r" + UUID.randomUUID() + "@example.org");
            rows.execute("insert into organization_members (organization_id, user_id, role) values ('"
                    + organization(victim) + "', '"
                    + user.get("/auth/me").body().path("id").stringValue() + "', '"
                    + role.label() + "')");
            tokens.put(role, user.token());
        }
        forEach(operations, (operation, softly) -> {
            Audience audience = operation.permission().audience();
            tokens.forEach((role, token) -> {
                boolean refused = OPERATORS.contains(audience)
                        || audience.leastRole() != null
                                && !operation.permission().allows(role);
                if (refused) {
                    Map<String, String> before = rows(victim);
                    RawReply reply = send(operation, victim.address(operation), token, null);
                    // what is a few members' own, such as a chat, is not even found by the others
                    softly.assertThat(reply.status())
                            .as(operation + " as " + role + ": " + reply)
                            .isIn(operation.places().contains("organization") ? Set.of(403) : Set.of(403, 404));
                    softly.assertThat(rows(victim)).as(operation + " changed").isEqualTo(before);
                }
            });
        });
    }

    @TestFactory
    Stream<DynamicTest> whatIsMalformedIsNamed() {
        return each(operations.stream().filter(ApiOperation::takesJson), operation -> {
            SoftAssertions softly = new SoftAssertions();
            Map<String, String> before = rows.of(organization(attacker));
            operation.bodySchema().path("properties").properties().forEach(property -> {
                String name = property.getKey();
                List<String> wrong = new ArrayList<>(BodyForge.outOfBounds(operation, property.getValue()));
                String wrongType = BodyForge.wrongType(operation, property.getValue());
                if (wrongType != null) {
                    wrong.add(wrongType);
                }
                wrong.forEach(text -> {
                    Map<String, String> fields = forge.valid(operation);
                    fields.put(name, text);
                    refused(softly, operation, name, BodyForge.text(fields));
                });
            });
            operation.bodySchema().path("required").forEach(required -> {
                Map<String, String> fields = forge.valid(operation);
                fields.remove(required.asString());
                refused(softly, operation, required.asString(), BodyForge.text(fields));
            });
            RawReply broken = send(operation, attacker.address(operation), tokenFor(operation), "{");
            softly.assertThat(broken.status())
                    .as(operation + " with half a body: " + broken)
                    .isEqualTo(400);
            softly.assertThat(rows.of(organization(attacker)))
                    .as(operation + " changed")
                    .isEqualTo(before);
            softly.assertAll();
        });
    }

    private void refused(SoftAssertions softly, ApiOperation operation, String field, String body) {
        RawReply reply = send(operation, attacker.address(operation), tokenFor(operation), body);
        String as = operation + " with " + shortened(body) + ": " + reply;
        softly.assertThat(reply.status()).as(as).isEqualTo(422);
        softly.assertThat(reply.body()
                        .path("errors")
                        .valueStream()
                        .map(error -> error.path("field").asString("")))
                .as(as)
                .anyMatch(
                        named -> named.equals(field) || named.startsWith(field + ".") || named.startsWith(field + "["));
    }

    /** Sends a valid body, if none is given. */
    private RawReply send(ApiOperation operation, String address, String token, String body) {
        Map<String, String> headers = token.isEmpty() ? new LinkedHashMap<>() : TenantWorld.headers(token);
        if (operation.parameters("header").stream()
                .anyMatch(header -> header.path("name").asString().equals("If-Match"))) {
            headers.put("If-Match", "*");
        }
        if (operation.takesFiles()) {
            headers.put("Content-Type", "multipart/form-data; boundary=" + Multipart.BOUNDARY);
            return RawReply.of(operation.method(), address, headers, Multipart.file("files", "a.txt", "text"));
        }
        if (!operation.takesJson()) {
            return RawReply.of(operation.method(), address, headers, "");
        }
        headers.put("Content-Type", "application/json");
        return RawReply.of(
                operation.method(), address, headers, body == null ? BodyForge.text(forge.valid(operation)) : body);
    }

    private Map<String, String> rows(TenantWorld world) {
        return rows.of(organization(world), world.userId());
    }

    private UUID organization(TenantWorld world) {
        ApiOperation one = operations.stream()
                .filter(operation -> operation.path().endsWith("/organizations/{organization}"))
                .findFirst()
                .orElseThrow();
        String id = world.id(one, "organization");
        return UUID.fromString(id == null ? ANYBODY : id);
    }

    @Test
    void whatTheContainerRefusesIsAProblemToo() {
        RawReply reply = RawReply.of(
                "GET", api.client().address() + "/api/v1/organizations", Map.of("X-Long", "x".repeat(40_000)), "");
        assertThat(reply.status()).as(reply.toString()).isBetween(400, 431);
        assertThat(reply.isProblem()).as(reply.toString()).isTrue();
    }

    private static Stream<DynamicTest> each(Stream<ApiOperation> operations, Consumer<ApiOperation> check) {
        return operations.map(
                operation -> DynamicTest.dynamicTest(operation.toString(), () -> check.accept(operation)));
    }

    private interface Check {
        void run(ApiOperation operation, SoftAssertions softly);
    }

    private static void forEach(List<ApiOperation> operations, Check check) {
        SoftAssertions softly = new SoftAssertions();
        operations.forEach(operation -> check.run(operation, softly));
        softly.assertAll();
    }

    private static String shortened(String body) {
        return body.length() < 300 ? body : body.substring(0, 300) + "…";
    }
}
