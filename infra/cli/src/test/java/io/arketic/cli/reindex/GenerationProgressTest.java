package io.arketic.cli.reindex;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.cli.api.ApiClient;
import io.arketic.cli.file.DeadFiles;
import org.junit.jupiter.api.Test;

final class GenerationProgressTest {

    @Test
    void aGenerationUnderWayShowsItsSpeedAndTheTimeLeft() {
        assertThat(GenerationProgress.describe(ApiClient.parse("""
                        {"documents": 48, "documents_done": 12, "chunks": 90, "chunks_reused": 7,
                         "documents_per_minute": 30, "eta_seconds": 72, "problem": null}""")))
                .isEqualTo("[######..................] 12/48 documents · 90 chunks, 7 reused · 30/min · 72 s left");
    }

    @Test
    void oneThatWaitsSaysWhy() {
        assertThat(GenerationProgress.describe(ApiClient.parse("""
                        {"documents": 2, "documents_done": 1, "problem": "EMBEDDING_UNAVAILABLE"}""")))
                .endsWith("1/2 documents · 0 chunks, 0 reused · EMBEDDING_UNAVAILABLE");
    }

    @Test
    void anEmptyOneIsFull() {
        assertThat(GenerationProgress.describe(ApiClient.parse("{}"))).startsWith("[########################] 0/0");
    }

    @Test
    void deadFilesAreListedByReasonWithWhatToDo() {
        assertThat(DeadFiles.describe(ApiClient.parse("""
                        {"dropped": 5, "terminal": 4, "in_flight": 1,
                         "failures": [{"reason": "ENCRYPTED", "count": 2, "advice": "Upload another copy."}],
                         "kept_as_read": [{"reason": "TIME_LIMIT", "count": 1, "advice": "Split it."}]}""")))
                .containsExactly(
                        "5 dropped = 4 terminal + 1 in flight",
                        "    2 ENCRYPTED                Upload another copy.",
                        "    1 TIME_LIMIT               indexed; could not be read again, so the earlier text stays");
    }
}
