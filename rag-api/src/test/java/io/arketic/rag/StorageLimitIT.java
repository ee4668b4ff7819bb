package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class StorageLimitIT {

    private final RunningApi api = RunningApi.shared();

    @Test
    void whatIsRefusedForTheLimitLeavesNoObject() {
        ApiClient user = api.client().user("stores@example.org");
        ApiClient.Reply organization = user.post("/organizations", Map.of("name", "Full", "slug", "full"));
        String documents = "/knowledge-bases/"
                + user.post("/organizations/" + organization.text("id") + "/knowledge-bases", Map.of("name", "Base"))
                        .text("id")
                + "/documents";
        assertThat(user.upload(documents, Map.of("kept.txt", "A note")).status())
                .isEqualTo(202);
        api.execute("update organizations set max_storage_gb = 0 where slug = 'full'");
        user.upload(documents, Map.of("refused.txt", "One note too many")).assertProblem(413, "storage-limit", null);
        assertThat(objects()).isEqualTo(1);
        assertThat(user.upload(documents, Map.of("kept.txt", "Another note")).status())
                .isEqualTo(202);
        assertThat(objects()).isEqualTo(1);
    }

    private static long objects() {
        return StoredKeys.of(RunningApi.BUCKET, "full/").size();
    }
}
