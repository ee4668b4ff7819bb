package io.arketic.rag;

import io.arketic.rag.deployment.Identifiers;
import java.util.Map;
import java.util.UUID;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;

/** Holds an organization with users in it; the first owns it. */
final class Team {

    /** Represents a user of the API. */
    record Person(String id, ApiClient api) {}

    private static final String PASSWORD = "a good password";
    private static final String CHEAP_HASH = new Argon2PasswordEncoder(16, 32, 1, 8, 1).encode(PASSWORD);

    private final RunningApi api;
    private final Person owner;
    private final String organization;

    Team(RunningApi api) {
        this.api = api;
        this.owner = newPerson();
        this.organization = owner.api()
                .post("/organizations", Map.of("name", "Team " + UUID.randomUUID()))
                .text("id");
    }

    Person owner() {
        return owner;
    }

    String id() {
        return organization;
    }

    String path() {
        return "/organizations/" + organization;
    }

    /** Adds a user with this role. */
    Person member(String role) {
        Person person = newPerson();
        api.execute("insert into organization_members (organization_id, user_id, role) values ('" + organization
                + "', '" + person.id() + "', '" + role + "')");
        return person;
    }

    /** Gives a user this role, even a dismissed one. */
    void give(Person person, String role) {
        api.execute("update organization_members set is_active = true, role = '" + role + "' where organization_id = '"
                + organization + "' and user_id = '" + person.id() + "'");
    }

    /** Removes a member. */
    void dismiss(Person person) {
        api.execute("update organization_members set is_active = false where organization_id = '" + organization
                + "' and user_id = '" + person.id() + "'");
    }

    /** Starts a chat as its owner; returns its path. */
    String chat(Person by, Map<String, Object> chat) {
        ApiClient.Reply made = by.api().post(path() + "/chats", chat);
        if (made.status() != 201) {
            throw new AssertionError(made.text());
        }
        return "/chats/" + made.text("id");
    }

    /** Logs in to an account that no registration made: its password's hash costs next to nothing. */
    private Person newPerson() {
        UUID id = api.bean(Identifiers.class).next();
        String email = "p" + id + "@example.org";
        api.execute("insert into users (id, email, password_hash, first_name, last_name, role, status) values ('" + id
                + "', '" + email + "', '" + CHEAP_HASH + "', 'Ada', 'L', 'user', 'active')");
        ApiClient nobody = api.client();
        String token = nobody.post("/auth/login", Map.of("email", email, "password", PASSWORD))
                .text("access_token");
        return new Person(id.toString(), nobody.as(token));
    }
}
