package io.arketic.rag;

import io.arketic.rag.Team.Person;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** Holds a group chat of two users for each test. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class GroupChat {

    final RunningApi here = RunningApi.shared();
    Team team;
    Person ada;
    Person grace;
    String group;

    @BeforeEach
    void aGroup() {
        team = new Team(here);
        ada = team.owner();
        grace = team.member("member");
        group = team.chat(
                ada,
                Map.of(
                        "title",
                        "All of us",
                        "chat_type",
                        "group",
                        "participant_ids",
                        List.of(grace.id()),
                        "enable_ai_responses",
                        false));
    }

    String logIn(Person person) {
        return here.client()
                .post(
                        "/auth/login",
                        Map.of("email", person.api().get("/auth/me").text("email"), "password", "a good password"))
                .text("access_token");
    }

    String say(Person person, String text) {
        return person.api().post(group + "/messages", Map.of("content", text)).text("id");
    }
}
