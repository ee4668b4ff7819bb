package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DocumentSearchIT {

    private final RunningApi api = RunningApi.shared();

    @Test
    void documentsAreFoundByTheirWordsPageByPageByTheirReaders() throws Exception {
        Team team = new Team(api);
        ApiClient owner = team.owner().api();
        String base = "/knowledge-bases/"
                + owner.post(
                                team.path() + "/knowledge-bases",
                                Map.of("name", "Pumps", "knowledge_base_type", "personal"))
                        .text("id");
        List<String> found = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            found.add(
                    0,
                    IndexedText.put(
                            api,
                            owner,
                            base.substring("/knowledge-bases/".length()),
                            "manual-" + i + ".txt",
                            "The Müller filter of pump " + i + " is changed every ninety days."));
        }
        IndexedText.put(api, owner, base.substring("/knowledge-bases/".length()), "other.txt", "Of something else.");
        assertThat(ids(owner.get(base + "/documents?q=muller%20filter"))).containsExactlyElementsOf(found);
        assertThat(ids(owner.get(base + "/documents?q=filter%20-" + encoded("\"pump 1\""))))
                .containsExactly(found.get(0), found.get(2));
        assertThat(ids(owner.get(base + "/documents?q=filter&status=failed"))).isEmpty();
        List<String> paged = new ArrayList<>();
        String cursor = "";
        do {
            ApiClient.Reply page = owner.get(base + "/documents?q=filter&limit=1" + cursor);
            paged.addAll(ids(page));
            cursor = page.body().path("next_cursor").isString()
                    ? "&cursor=" + page.body().path("next_cursor").stringValue()
                    : "";
        } while (!cursor.isEmpty());
        assertThat(paged).containsExactlyElementsOf(found);
        owner.get(base + "/documents?q=").assertProblem(422, "invalid-input", "q");
        team.member("member").api().get(base + "/documents?q=filter").assertProblem(404, "not-found", null);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static List<String> ids(ApiClient.Reply page) {
        assertThat(page.status()).as(page.text()).isEqualTo(200);
        return page.body()
                .path("items")
                .valueStream()
                .map(item -> item.path("id").stringValue())
                .toList();
    }
}
