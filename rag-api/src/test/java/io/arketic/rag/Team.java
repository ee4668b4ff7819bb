package io.arketic.rag;

import java.util.Map;
import java.util.UUID;

/** Holds an organization with users in it; the first owns it. */
final class Team {

    /** Represents a user of the API. */
    record Person(String id, ApiClient api) {}

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

    private Person newPerson() {
        ApiClient client = api.client().user("p" + UUID.randomUUID() + "@example.org");
        return new Person(client.get("/auth/me").text("id"), client);
    }
}
