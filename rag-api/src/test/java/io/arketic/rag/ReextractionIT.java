package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.schema.encryption.ColumnEncryption;
import io.arketic.schema.generation.EmbeddingCache;
import io.arketic.schema.knowledge.DocumentWarning;
import io.arketic.schema.knowledge.FilePasswords;
import io.arketic.schema.knowledge.IngestLedger;
import io.arketic.schema.knowledge.ParkedVersions;
import io.arketic.schema.knowledge.ReextractedVersions;
import io.arketic.schema.ledger.KnowledgeTarget;
import io.arketic.schema.ledger.ObjectKey;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.schema.ledger.StepTimes;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tests files that are read again: on request, after a failure, by their warning, and in which languages. */
class ReextractionIT extends IndexedKnowledgeBase {

    @Test
    void indexedFilesAreReadAgainOnRequestAndShowWhyTheyWereKept() throws Exception {
        index("a.txt", "The pump is blue.");
        String ingestion = "/knowledge-bases/" + base + "/ingestion";
        ada.post(ingestion + "/reextract", Map.of()).assertProblem(422, "invalid-input", "read_before");
        String before = Instant.now().toString();
        Map<String, String> wish = Map.of("read_before", before);
        assertThat(opened(ingestion, Map.of("read_before", "2026-01-01T00:00:00Z")))
                .isZero();
        assertThat(opened(ingestion, Map.of("read_before", Instant.MIN.toString())))
                .isZero();

        assertThat(opened(ingestion, wish)).isEqualTo(1);
        assertThat(ada.get(ingestion).body().path("in_flight").asInt()).isEqualTo(1);
        assertThat(opened(ingestion, wish)).as("under way").isZero();
        assertThat(found("pump")).as("meanwhile").isEqualTo("The pump is blue.");

        String key = slug + "/" + base + "/a.txt";
        KnowledgeTarget target =
                new IngestLedger(database).resolve(ObjectKey.parse(key)).orElseThrow();
        assertThat(new ReextractedVersions(database).keep(target, indexedVersion, "TIME_LIMIT", "too slow"))
                .isTrue();
        JsonNode kept = ada.get(ingestion).body();
        assertThat(kept.path("in_flight").asInt()).isZero();
        assertThat(kept.path("by_state").path("indexed").asInt()).isEqualTo(1);
        assertThat(kept.path("failures").isEmpty()).isTrue();
        assertThat(kept.path("kept_as_read").path(0).path("reason").stringValue())
                .isEqualTo("TIME_LIMIT");
        assertThat(opened(ingestion, wish)).as("it was read since").isZero();
        assertThat(opened(ingestion, Map.of("read_before", Instant.MAX.toString())))
                .isEqualTo(1);
    }

    @Test
    void aParkedFileIsToldWithItsAdviceAndTriedAtOnceOnRequest() throws Exception {
        String ingestion = "/knowledge-bases/" + base + "/ingestion";
        String key = slug + "/" + base + "/denied.txt";
        KnowledgeTarget target =
                new IngestLedger(database).resolve(ObjectKey.parse(key)).orElseThrow();
        ObjectVersion version =
                new ObjectVersion(RunningApi.BUCKET, key, "etag", Instant.now().truncatedTo(ChronoUnit.SECONDS), 9);
        new IngestLedger(database).admit(target, version);
        new ParkedVersions(database, EmbeddingCache.DEFAULT)
                .withhold(target, version, "ACCESS_DENIED", "403", Duration.ofMinutes(15));

        JsonNode progress = ada.get(ingestion).body();
        assertThat(progress.path("in_flight").asInt()).isEqualTo(1);
        assertThat(progress.path("failures").isEmpty()).isTrue();
        assertThat(progress.path("parked").path(0).path("reason").stringValue()).isEqualTo("ACCESS_DENIED");
        assertThat(progress.path("parked").path(0).path("advice").stringValue()).contains("rights");

        assertThat(ada.post(ingestion + "/retry", Map.of("reason", "ACCESS_DENIED"))
                        .body()
                        .path("retried")
                        .asInt())
                .isEqualTo(1);
        assertThat(ada.get(ingestion).body().path("parked").isEmpty()).isTrue();
        assertThat(ada.post(ingestion + "/retry", Map.of("reason", "ACCESS_DENIED"))
                        .body()
                        .path("retried")
                        .asInt())
                .as("under way")
                .isZero();
    }

    private int opened(String ingestion, Map<String, String> wish) {
        ApiClient.Reply reply = ada.post(ingestion + "/reextract", wish);
        assertThat(reply.status()).isEqualTo(202);
        return reply.body().path("opened").asInt();
    }

    @Test
    void filesThatWereReadInPartAreToldListedAndReadAgainByTheirWarning() throws Exception {
        String documents = "/knowledge-bases/" + base + "/documents";
        String ingestion = "/knowledge-bases/" + base + "/ingestion";
        index("whole.txt", "The pump is blue.");
        List<DocumentWarning> many = IntStream.rangeClosed(1, 30)
                .mapToObj(page -> new DocumentWarning("NEEDS_OCR", page, ""))
                .toList();
        String scan = index("scan.pdf", "The pump is red.", many);
        index("sheet.xlsx", "The pump is green.", List.of(new DocumentWarning("CELL_WITHOUT_VALUE", null, "A!B7")));

        JsonNode listed = ada.get(documents + "?warning=NEEDS_OCR").body().path("items");
        assertThat(listed.size()).isEqualTo(1);
        assertThat(listed.path(0).path("id").stringValue()).isEqualTo(scan);
        assertThat(listed.path(0).path("status").stringValue()).isEqualTo("completed");
        assertThat(listed.path(0).path("warnings").size()).isEqualTo(20);
        assertThat(listed.path(0).path("warning_count").asInt()).isEqualTo(30);
        JsonNode alone = ada.get(documents + "/" + scan).body().path("warnings");
        assertThat(alone.size()).isEqualTo(30);
        assertThat(alone.path(29).path("kind").stringValue()).isEqualTo("NEEDS_OCR");
        assertThat(alone.path(29).path("page").asInt()).isEqualTo(30);
        assertThat(ada.get(documents + "?warning=LIMIT_REACHED")
                        .body()
                        .path("items")
                        .size())
                .isZero();
        ada.get(documents + "?warning=none").assertProblem(422, "invalid-input", "warning");

        JsonNode warnings = ada.get(ingestion).body().path("warnings");
        assertThat(warnings.size()).isEqualTo(2);
        assertThat(warnings.path(0).path("kind").stringValue()).isEqualTo("CELL_WITHOUT_VALUE");
        assertThat(warnings.path(1).path("documents").asInt()).isEqualTo(1);
        assertThat(warnings.path(1).path("advice").stringValue()).contains("Tesseract");

        Map<String, String> wish = Map.of("read_before", Instant.now().toString(), "warning", "NEEDS_OCR");
        assertThat(opened(ingestion, wish)).isEqualTo(1);
        assertThat(opened(ingestion, wish)).as("under way").isZero();
    }

    @Test
    void aKnowledgeBaseChoosesTheLanguagesOfItsScansAmongTheInstalledOnes() {
        String bases = "/organizations/" + organization + "/knowledge-bases";
        ada.post(bases, Map.of("name", "B", "ocr_languages", List.of("tlh")))
                .assertProblem(422, "unknown-ocr-language", "ocr_languages");
        String path = "/knowledge-bases/"
                + ada.post(bases, Map.of("name", "B", "ocr_languages", List.of("eng", "eng")))
                        .text("id");
        assertThat(languages(path)).isEqualTo("[\"eng\"]");
        ada.patch(path, Map.of("ocr_languages", List.of("--help")), "If-Match", "*")
                .assertProblem(422, "unknown-ocr-language", "ocr_languages");
        ada.patch(path, Map.of("name", "C"), "If-Match", "*");
        assertThat(languages(path)).as("left alone").isEqualTo("[\"eng\"]");
        assertThat(ada.patch(path, Collections.singletonMap("ocr_languages", null), "If-Match", "*")
                        .status())
                .isEqualTo(200);
        assertThat(languages(path)).isEqualTo("[]");
    }

    @Test
    void passwordsOfEncryptedFilesAreCountedAndNeverShown() throws Exception {
        String path = "/knowledge-bases/" + base;
        String key = slug + "/" + base + "/locked.pdf";
        IngestLedger ledger = new IngestLedger(database);
        KnowledgeTarget target = ledger.resolve(ObjectKey.parse(key)).orElseThrow();
        ObjectVersion version =
                new ObjectVersion(RunningApi.BUCKET, key, "etag", Instant.now().truncatedTo(ChronoUnit.SECONDS), 9);
        ledger.admit(target, version);
        ledger.bury(target, version, "ENCRYPTED", "no password fits", StepTimes.NONE);
        ada.patch(path, Map.of("file_passwords", List.of(" ")), "If-Match", "*")
                .assertProblem(422, "invalid-input", "file_passwords[0]");

        ApiClient.Reply set =
                ada.patch(path, Map.of("file_passwords", List.of("pa55-one", "pa55-two", "pa55-one")), "If-Match", "*");

        assertThat(set.body().path("file_password_count").asInt()).isEqualTo(2);
        JsonNode progress = ada.get(path + "/ingestion").body();
        assertThat(progress.path("in_flight").asInt()).as("tried again").isEqualTo(1);
        assertThat(progress.path("failures").isEmpty()).isTrue();
        AtomicInteger keys = new AtomicInteger();
        assertThat(new FilePasswords(database, () -> {
                            keys.incrementAndGet();
                            return api.bean(ColumnEncryption.class);
                        })
                        .of(target)
                        .passwords())
                .containsExactly("pa55-one", "pa55-two");
        assertThat(keys).as("readings of the keys").hasValue(1);
        String audit = ada.get("/organizations/" + organization + "/audit-log?table_name=file_passwords")
                .text();
        assertThat(audit).contains("file_passwords").contains("***");
        for (String shown : List.of(set.text(), ada.get(path).text(), audit)) {
            assertThat(shown).doesNotContain("pa55");
        }
        assertThat(api.count("select count(*) from file_passwords where encrypted_key like '%pa55%'"))
                .isZero();
        api.client()
                .user("other-" + UUID.randomUUID() + "@example.org")
                .patch(path, Map.of("file_passwords", List.of("mine")), "If-Match", "*")
                .assertProblem(404, "not-found", null);

        ada.patch(path, Map.of("name", "Renamed"), "If-Match", "*");
        assertThat(ada.get(path).body().path("file_password_count").asInt()).isEqualTo(2);
        ada.patch(path, Collections.singletonMap("file_passwords", null), "If-Match", "*");
        assertThat(ada.get(path).body().path("file_password_count").asInt()).isZero();
    }

    private String languages(String path) {
        return ada.get(path).body().path("ocr_languages").toString();
    }
}
