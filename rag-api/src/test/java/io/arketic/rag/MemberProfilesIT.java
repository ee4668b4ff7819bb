package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.Team.Person;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Tests what users see of the profiles of others, as {@code profile_visibility} says. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MemberProfilesIT {

    private RunningApi api;
    private Team team;
    private Person grace;
    private Person reader;
    private String member;

    @BeforeAll
    void start() {
        api = RunningApi.shared();
    }

    @BeforeEach
    void aMemberWithAProfile() {
        team = new Team(api);
        grace = team.member("member");
        reader = team.member("viewer");
        Map<String, Object> profile = Map.of(
                "bio", "Compiles.",
                "job_title", "Admiral",
                "company", "Navy",
                "location", "Arlington",
                "timezone", "America/New_York",
                "avatar_url", "https://example.org/grace.png",
                "skills", List.of("COBOL"),
                "certifications", List.of("Sailor"),
                "experience_years", 40);
        assertThat(grace.api()
                        .patch("/users/me/profile", profile, "If-Match", "*")
                        .status())
                .isEqualTo(200);
        member = members("")
                .filter(one -> one.path("user_id").stringValue().equals(grace.id()))
                .findFirst()
                .orElseThrow()
                .path("id")
                .stringValue();
    }

    @Test
    void colleaguesSeeTheProfileAndFindItsSkills() {
        JsonNode seen = profile(reader);
        assertThat(seen.path("job_title").stringValue()).isEqualTo("Admiral");
        assertThat(seen.path("company").stringValue()).isEqualTo("Navy");
        assertThat(seen.path("location").stringValue()).isEqualTo("Arlington");
        assertThat(seen.path("avatar_url").stringValue()).isEqualTo("https://example.org/grace.png");
        assertThat(seen.path("certifications").get(0).stringValue()).isEqualTo("Sailor");
        assertThat(members("?skill=cobol")).hasSize(1);
        assertThat(members("?skill=SAILOR")).hasSize(1);
        assertThat(members("?skill=cob")).isEmpty();
        reader.api().get(team.path() + "/members?skill=").assertProblem(422, "invalid-input", "skill");
    }

    @Test
    void aPrivateProfileShowsTheNamesAndNothingElseEverywhere() {
        show("private");
        JsonNode seen = profile(reader);
        assertThat(seen.path("first_name").stringValue()).isEqualTo("Ada");
        for (String hidden : List.of(
                "avatar_url",
                "bio",
                "job_title",
                "company",
                "location",
                "timezone",
                "language",
                "skills",
                "certifications",
                "experience_years")) {
            assertThat(seen.path(hidden).isNull()).as(hidden).isTrue();
        }
        assertThat(members("?skill=cobol")).isEmpty();
        assertThat(hidesAddress(reader)).isTrue();
        assertThat(hidesAddress(team.owner()))
                .as("admins invite and remove members by their addresses")
                .isFalse();
        assertThat(hidesAddress(grace)).isFalse();
        show("organization");
        assertThat(hidesAddress(reader)).isFalse();
        assertThat(profile(reader).path("bio").stringValue()).isEqualTo("Compiles.");
    }

    @Test
    void noProfileIsSeenFromAnotherOrganization() {
        show("public");
        new Team(api)
                .owner()
                .api()
                .get(team.path() + "/members/" + member + "/profile")
                .assertProblem(404, "not-found", null);
    }

    private void show(String visibility) {
        assertThat(grace.api()
                        .patch("/users/me/preferences", Map.of("profile_visibility", visibility), "If-Match", "*")
                        .status())
                .isEqualTo(200);
    }

    private JsonNode profile(Person by) {
        return by.api().get(team.path() + "/members/" + member + "/profile").body();
    }

    /** Returns whether the address is hidden, in the list as for the member itself. */
    private boolean hidesAddress(Person by) {
        boolean hidden = by.api()
                .get(team.path() + "/members/" + member)
                .body()
                .path("email")
                .isNull();
        assertThat(members(by, "")
                        .filter(one -> one.path("id").stringValue().equals(member))
                        .findFirst()
                        .orElseThrow()
                        .path("email")
                        .isNull())
                .isEqualTo(hidden);
        return hidden;
    }

    private Stream<JsonNode> members(String query) {
        return members(reader, query);
    }

    private Stream<JsonNode> members(Person by, String query) {
        return by.api()
                .get(team.path() + "/members" + query)
                .body()
                .path("items")
                .valueStream();
    }
}
