package io.arketic.schema.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.arketic.schema.Tenant;
import io.arketic.schema.Tenant.Migrated;
import io.arketic.schema.generation.EmbeddedChunk;
import io.arketic.schema.knowledge.DocumentVersion;
import io.arketic.schema.knowledge.KnowledgeStore;
import io.arketic.schema.ledger.KnowledgeTarget;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.schema.ledger.StepTimes;
import io.arketic.schema.search.SearchRequest.Mode;
import io.arketic.schema.tenancy.TenantContext;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

@TestInstance(Lifecycle.PER_CLASS)
class ChunkSearchIT {

    Migrated migrated;
    private ChunkSearch search;
    private Tenant tenant;
    private int tenants;

    @BeforeAll
    void open() {
        migrated = Migrated.open();
        search = new ChunkSearch(migrated.database());
    }

    @AfterAll
    void close() {
        migrated.close();
    }

    @BeforeEach
    void makeTenant() throws SQLException {
        tenant = Tenant.create(migrated, "search-" + tenants++);
    }

    /** Is called before each search. */
    void prepare() throws SQLException {}

    private List<ChunkHit> find(TenantContext context, SearchRequest request) throws SQLException {
        prepare();
        return search.search(context, request);
    }

    @Test
    void aQuestionInAWholeSentenceFindsTheChunkWithItsRareWords() throws SQLException {
        tenant.index(
                tenant.version("a.txt", "e", 1),
                "en",
                "The office opens at nine and closes at five.",
                "Employees may carry over five vacation days into the next year.",
                "The office has a canteen; it opens at eleven.");
        assertThat(text("How many days of vacation can an employee carry over?", Mode.TEXT))
                .startsWith("Employees may carry over five vacation days into the next year.");
        assertThat(text("When does the canteen open?", Mode.TEXT))
                .startsWith("The office has a canteen; it opens at eleven.");
        assertThat(text("zebra", Mode.TEXT)).isEmpty();
        assertThat(text("the of and", Mode.TEXT)).isEmpty();
        assertThat(text("", Mode.TEXT)).isEmpty();
        assertThat(text("'; drop table users; -- \\ & | ! :* <-> ?", Mode.TEXT)).isEmpty();
    }

    @Test
    void eachLanguageIsFoundByItsOwnWordForms() throws SQLException {
        tenant.index(
                tenant.version("de.txt", "e", 1), "de", "Die Verträge wurden in München unterschrieben.", "Anderes");
        tenant.index(tenant.version("tr.txt", "e", 1), "tr", "İSTANBUL'daki müzelerin kapıları IŞIKLI.", "Başka");
        tenant.index(tenant.version("zh.txt", "e", 1), "zh", "人工智能正在改变医疗行业。", "别的");
        tenant.index(tenant.version("ja.txt", "e", 1), "ja", "東京の図書館は九時に開きます。", "別");
        tenant.index(tenant.version("th.txt", "e", 1), "th", "พิพิธภัณฑ์เปิดทุกวันยกเว้นวันจันทร์", "อื่น");
        tenant.index(tenant.version("ar.txt", "e", 1), "ar", "المكتبات مفتوحة يوم الأحد", "آخر");
        tenant.index(tenant.version("ko.txt", "e", 1), "ko", "도서관은 아홉 시에 문을 엽니다.", "다른");
        assertThat(text("Vertrag münchen", Mode.TEXT)).first().asString().contains("München");
        assertThat(text("istanbul müze", Mode.TEXT)).first().asString().contains("İSTANBUL");
        assertThat(text("ışıklı kapı", Mode.TEXT)).first().asString().contains("IŞIKLI");
        assertThat(text("医疗", Mode.TEXT)).first().asString().contains("医疗");
        assertThat(text("図書館はいつ開きますか", Mode.TEXT)).first().asString().contains("東京");
        assertThat(text("วันจันทร์พิพิธภัณฑ์เปิดไหม", Mode.TEXT))
                .first()
                .asString()
                .contains("พิพิธภัณฑ์");
        assertThat(text("مكتبة", Mode.TEXT)).first().asString().contains("المكتبات");
        assertThat(text("도서관", Mode.TEXT)).first().asString().contains("도서관");
    }

    @Test
    void accentsAndTurkishCaseDoNotHideWhatIsMeant() throws SQLException {
        tenant.index(tenant.version("fr.txt", "e", 1), "fr", "Le Musée est fermé le lundi.", "Autre chose");
        tenant.index(tenant.version("pl.txt", "e", 1), "pl", "Samochód jest żółty.", "Coś innego");
        tenant.index(tenant.version("un.txt", "e", 1), null, "IŞIKLI İSTANBUL ve ISPARTA sokakları", "Bambaşka");
        tenant.index(tenant.version("nfd.txt", "e", 1), null, "Les e\u0301le\u0300ves du lyce\u0301e", "Rien");
        tenant.index(tenant.version("bare.txt", "e", 1), "fr", "Le theatre est ouvert.", "Encore");
        assertThat(text("musee", Mode.TEXT)).containsExactly("Le Musée est fermé le lundi.");
        assertThat(text("MUSÉE", Mode.TEXT)).containsExactly("Le Musée est fermé le lundi.");
        assertThat(text("zolty samochod", Mode.TEXT)).containsExactly("Samochód jest żółty.");
        for (String asked : List.of("istanbul", "İstanbul", "ISTANBUL", "ışıklı", "isikli", "IŞIKLI", "ısparta")) {
            assertThat(text(asked, Mode.TEXT)).as(asked).containsExactly("IŞIKLI İSTANBUL ve ISPARTA sokakları");
        }
        assertThat(text("élèves", Mode.TEXT)).containsExactly("Les e\u0301le\u0300ves du lyce\u0301e");
        assertThat(text("eleves lycee", Mode.TEXT)).containsExactly("Les e\u0301le\u0300ves du lyce\u0301e");
        assertThat(text("théâtre", Mode.TEXT)).containsExactly("Le theatre est ouvert.");
    }

    @Test
    void aQuestionOfStopWordsFindsItsLiteralText() throws SQLException {
        tenant.index(
                tenant.version("a.txt", "e", 1),
                "en",
                "The Who played in Leeds.",
                "Those who know the man.",
                "Nothing here; the whole thing.");
        tenant.index(tenant.version("b.txt", "e", 1), "de", "Anders als The  Who: nichts.", "Das ist es");
        assertThat(text("The Who", Mode.TEXT))
                .containsExactlyInAnyOrder("The Who played in Leeds.", "Anders als The  Who: nichts.");
        assertThat(text("the who?", Mode.HYBRID)).startsWith("The Who played in Leeds.");
        assertThat(text("Was ist das", Mode.TEXT)).isEmpty();
        assertThat(text("das ist", Mode.TEXT)).containsExactly("Das ist es");
        tenant.index(tenant.version("fr.txt", "e", 1), "fr", "Il a e\u0301te\u0301 a\u0300 eux.", "Rien");
        assertThat(text("été à", Mode.TEXT)).containsExactly("Il a e\u0301te\u0301 a\u0300 eux.");
    }

    @Test
    void aSectionsTitleCountsTwice() throws SQLException {
        List<EmbeddedChunk> chunks = List.of(
                new EmbeddedChunk(0, "text", null, 0, 1, "Refund of travel expenses.", null, 3, Tenant.axis(0), false),
                new EmbeddedChunk(1, "text", null, 2, 3, "Hotel and travel.", "Refund", 3, Tenant.axis(1), false));
        new KnowledgeStore(migrated.ingest())
                .replace(
                        tenant.target(),
                        tenant.version("a", "e", 1),
                        Tenant.document("en", "x"),
                        chunks,
                        StepTimes.NONE);
        assertThat(text("refund", Mode.TEXT)).containsExactly("Hotel and travel.", "Refund of travel expenses.");
    }

    @Test
    void aChunkIsFoundByTheNamesOfItsDocumentWhichAreNoPartOfIt() throws SQLException {
        indexed(tenant.version("a.txt", "e", 1), null, named("Fines: 640 euros.", "Price list for Ankara"));
        indexed(tenant.version("b.txt", "e", 1), null, named("Fines: 640 euros", "Price list for Bursa"));
        assertThat(text("fines in Bursa", Mode.TEXT)).startsWith("Fines: 640 euros");
        assertThat(text("Ankara", Mode.TEXT)).containsExactly("Fines: 640 euros.");
    }

    /** Such as a page number, a uniform table, or a note of one code. */
    @Test
    void aChunkThatSaysNextToNothingIsLeftOutOrShownLast() throws SQLException {
        String dots = "7 .............................. ";
        String repeated = "filter ".repeat(200);
        tenant.index(tenant.version("a.txt", "e", 1), "en", dots, repeated, "Filter 7", "7,5 | 8,5 | 9,5", "更换过滤器 7");
        assertThat(text("filter", Mode.TEXT)).containsExactly("Filter 7");
        float[] nearTheDots = {0.9f, 0, 0.25f, 0.25f, 0.25f, 0, 0, 0};
        assertThat(search(nearTheDots, "unheard", Mode.VECTOR, -1.0)).hasSize(3);
        assertThat(search(Tenant.axis(0), "filter", Mode.HYBRID, null).get(0).text())
                .isEqualTo("Filter 7");
        SearchFilter all = SearchFilter.NONE.andLowQuality(true);
        assertThat(shown(Tenant.axis(0), "filter", Mode.TEXT, all)).containsExactly("Filter 7", repeated);
        List<String> nearest = shown(nearTheDots, "unheard", Mode.VECTOR, all);
        assertThat(nearest).hasSize(5);
        assertThat(nearest.subList(3, 5)).containsExactly(dots, repeated);
    }

    @Test
    void chunksThatSayNextToNothingTakeNoPlaceOfOthersAmongTheCandidates() throws SQLException {
        // More of them than the candidates by words, and with better words than the one to find.
        String[] texts = IntStream.rangeClosed(0, 1100)
                .mapToObj(i -> i < 1100
                        ? "gasket . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . " + i
                        : "A worn gasket was found when the pump was opened, beside many other parts that leaked.")
                .toArray(String[]::new);
        tenant.index(tenant.version("list.txt", "e", 1), "en", texts);
        assertThat(tenant.read(Long.class, "select count(*) from knowledge_chunks where relevance_score < 0.1"))
                .isGreaterThan(1000);
        assertThat(text("gasket", Mode.TEXT)).containsExactly(texts[1100]);
    }

    @Test
    void aDocumentThatOnlySaysNextToNothingIsFoundByItsWordsAndPhrases() throws SQLException {
        String table = "| ok ".repeat(300);
        tenant.index(tenant.version("short.txt", "e", 1), "en", "X9");
        tenant.index(tenant.version("uniform.txt", "e", 1), "en", table);
        tenant.index(tenant.version("prose.txt", "e", 1), "en", "Nothing of it is in this long text about pumps.");
        for (Mode mode : List.of(Mode.TEXT, Mode.HYBRID)) {
            assertThat(search(Tenant.axis(0), "x9", mode, null).get(0).text()).isEqualTo("X9");
            assertThat(search(Tenant.axis(0), "ok", mode, null).get(0).text()).isEqualTo(table);
        }
        assertThat(search(Tenant.axis(0), "anything", Mode.HYBRID, null))
                .extracting(ChunkHit::text)
                .contains("X9", table);
    }

    @Test
    void aTableIsFoundByTheTextBesideIt() throws SQLException {
        EmbeddedChunk lead = chunk(0, "text", "Turnover of pumps in each country was as follows:");
        EmbeddedChunk table = chunk(1, "table", "| Norway | 417 |");
        EmbeddedChunk prose = chunk(1, "text", "| Norway | 417 |");
        store(tenant.version("table.txt", "e", 1), lead, table);
        store(tenant.version("prose.txt", "e", 1), lead, prose);
        assertThat(search(Tenant.axis(7), "turnover of pumps in Norway", Mode.HYBRID, 0.99).stream()
                        .filter(hit -> hit.text().equals(table.text()))
                        .map(ChunkHit::filename))
                .startsWith("table.txt");
    }

    /** Most chunks of a long document do not say whose it is. */
    @Test
    void aLongDocumentThatSaysTheNamesOfTheQuestionComesFirst() throws SQLException {
        for (String name : List.of("Ankor", "Belfort", "Celje")) {
            store(
                    tenant.version(name + ".txt", "e", 1),
                    chunk(0, "text", name + " reports."),
                    chunk(1, "text", "The margin was lower than before."),
                    chunk(2, "text", "Pumps are made in two towns."));
        }
        assertThat(search(Tenant.axis(7), "What was the margin of Belfort?", Mode.HYBRID, 0.99).stream()
                        .filter(hit -> hit.text().startsWith("The margin"))
                        .map(ChunkHit::filename))
                .startsWith("Belfort.txt");
    }

    private static EmbeddedChunk chunk(int ordinal, String type, String text) {
        return new EmbeddedChunk(
                ordinal,
                type,
                null,
                100 * ordinal,
                100 * ordinal + text.length(),
                text,
                null,
                3,
                null,
                text,
                Tenant.axis(0),
                false);
    }

    @Test
    void severalDocumentsAskedForGiveSeveralDocuments() throws SQLException {
        for (String name : List.of("a", "b", "c")) {
            String[] texts = IntStream.range(0, name.equals("a") ? 12 : 3)
                    .mapToObj(i -> "Revenue of " + name + i + (name.equals("a") ? " revenue" : ""))
                    .toArray(String[]::new);
            tenant.index(tenant.version(name + ".txt", "e", 1), "en", texts);
        }
        assertThat(documents("revenue")).containsOnly(tenant.key("a.txt"));
        assertThat(documents("revenue over time"))
                .contains(tenant.key("a.txt"), tenant.key("b.txt"), tenant.key("c.txt"));
    }

    @Test
    void theLatestDocumentIsTheNewestOfThoseThatFit() throws SQLException {
        for (int year : new int[] {2022, 2024, 2023}) {
            indexed(
                    tenant.version(year + ".txt", "e", 1),
                    Instant.parse(year + "-05-01T00:00:00Z"),
                    named("The margin was " + year % 100, null));
        }
        tenant.index(tenant.version("undated.txt", "e", 1), "en", "The margin was 7");
        assertThat(documents("the margin in the latest report").get(0)).isEqualTo(tenant.key("2024.txt"));
        assertThat(search(Tenant.axis(7), "latest margin", Mode.HYBRID, null))
                .extracting(ChunkHit::score)
                .isSortedAccordingTo((a, b) -> Double.compare(b, a));
    }

    /** Reports of one series differ in the numbers of their names alone, and all are similar to the question. */
    @Test
    void aDocumentWhoseNameHasTheNumbersOfTheQuestionComesFirst() throws SQLException {
        for (String name : List.of("Report Q2 2023", "Report Q3 2022", "Report Q3 2023")) {
            boolean wanted = name.equals("Report Q3 2023");
            String text = wanted ? "The margin was lower than before" : "The margin, the margin and the margin";
            indexed(tenant.version(name + ".txt", "e", 1), null, named(text, name));
        }
        String third = tenant.key("Report Q3 2023.txt");
        assertThat(documents("margin").get(0)).isNotEqualTo(third);
        assertThat(documents("the margin in Q3 2023").get(0)).isEqualTo(third);
        assertThat(documents("the margin in the third quarter of 2023").get(0)).isEqualTo(third);
    }

    private static EmbeddedChunk named(String text, @Nullable String context) {
        return new EmbeddedChunk(
                0, "text", null, 0, text.length(), text, null, 3, context, context + text, Tenant.axis(0), false);
    }

    private void store(ObjectVersion version, EmbeddedChunk... chunks) throws SQLException {
        indexed(version, null, chunks);
    }

    private void indexed(ObjectVersion version, @Nullable Instant created, EmbeddedChunk... chunks)
            throws SQLException {
        DocumentVersion document = new DocumentVersion(
                version.key().substring(version.key().lastIndexOf('/') + 1),
                "text/plain",
                "hash",
                Stream.of(chunks).map(EmbeddedChunk::text).collect(Collectors.joining("\n")),
                List.of(0),
                List.of(),
                null,
                null,
                "en",
                created);
        new KnowledgeStore(migrated.ingest())
                .replace(tenant.target(), version, document, List.of(chunks), StepTimes.NONE);
    }

    private List<String> documents(String query) throws SQLException {
        return search(Tenant.axis(7), query, Mode.HYBRID, 0.99).stream()
                .map(ChunkHit::filePath)
                .toList();
    }

    @Test
    void theNearestVectorsComeFirstAndBelowTheThresholdNone() throws SQLException {
        tenant.index(tenant.version("a.txt", "e", 1), "en", "alpha", "beta", "gamma");
        float[] question = new float[Tenant.DIMENSIONS];
        question[1] = 0.8f;
        question[0] = 0.6f;
        List<ChunkHit> hits = search(question, "nothing of it", Mode.VECTOR, 0.5);
        assertThat(hits).extracting(ChunkHit::text).containsExactly("beta", "alpha");
        assertThat(hits.get(0).similarity()).isCloseTo(0.8, within(1e-6));
        assertThat(hits.get(0).score()).isCloseTo(0.8, within(1e-6));
        assertThat(search(question, "", Mode.VECTOR, null))
                .extracting(ChunkHit::text)
                .containsExactly("beta");
        assertThat(search(question, "", Mode.VECTOR, 0.9)).isEmpty();
    }

    @Test
    void whatBothSignalsFindComesBeforeWhatOneFinds() throws SQLException {
        tenant.index(tenant.version("a.txt", "e", 1), "en", "pump pump pump", "the blue pump", "blue sky");
        float[] question = new float[Tenant.DIMENSIONS];
        question[1] = 0.8f;
        question[2] = 0.6f;
        List<ChunkHit> hits = search(question, "blue pump", Mode.HYBRID, 0.5);
        assertThat(hits).extracting(ChunkHit::text).startsWith("the blue pump").hasSize(3);
        assertThat(hits.get(0).score())
                .as("the best words, and nearer than the mean")
                .isGreaterThan(1);
        assertThat(hits).extracting(ChunkHit::score).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    }

    @Test
    void wordsDecideInALanguageThatTheModelDoesNotKnow() throws SQLException {
        for (String language : List.of("tr", "en")) {
            tenant.index(tenant.version(language, "e", 1), language, "alfa alfa", "alfa beta beta", "gama");
        }
        float[] nearTheSecond = {0, 0.8f, 0.6f, 0, 0, 0, 0, 0};
        SearchRequest known = hybrid("alfa", new EmbeddedQuestion(nearTheSecond, Set.of()));
        SearchRequest english = hybrid("alfa", new EmbeddedQuestion(nearTheSecond, Set.of("en")));

        assertThat(ranking(known, "tr")).containsExactly("alfa beta beta", "alfa alfa", "gama");
        assertThat(ranking(english, "tr")).containsExactly("alfa alfa", "alfa beta beta", "gama");
        assertThat(ranking(english, "en")).containsExactly("alfa beta beta", "alfa alfa", "gama");
    }

    /** One short text in a hundred is guessed wrong by its names; vectors know it as well as its neighbours. */
    @Test
    void aTextWhoseLanguageWasGuessedWrongKeepsItsVector() throws SQLException {
        List<EmbeddedChunk> others = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            others.add(new EmbeddedChunk(
                    i,
                    "text",
                    null,
                    i,
                    i + 1,
                    i == 0 ? "alfa alfa" : "gama",
                    null,
                    3,
                    Tenant.axis(i % 2 == 0 ? 2 : 0),
                    false));
        }
        new KnowledgeStore(migrated.ingest())
                .replace(
                        tenant.target(),
                        tenant.version("others", "e", 1),
                        Tenant.document("en", "x"),
                        others,
                        StepTimes.NONE);
        tenant.index(tenant.version("guessed", "e", 1), "es", "delta", "alfa beta beta");
        float[] nearTheSecond = {0.6f, 0.8f, 0, 0, 0, 0, 0, 0};
        assertThat(find(tenant.context(), hybrid("alfa", new EmbeddedQuestion(nearTheSecond, Set.of("en"))))
                        .get(0)
                        .text())
                .isEqualTo("alfa beta beta");
    }

    /** Each chunk has one of five rare words, so none of them says what the question is about. */
    @Test
    void wordsThatLeaveMostOfAQuestionOpenDoNotOutvoteTheNearestText() throws SQLException {
        List<EmbeddedChunk> chunks = new ArrayList<>();
        String[] words = {"mill", "harbour", "lantern", "saddle", "anchor"};
        for (int i = 0; i < 30; i++) {
            String text = i == 0 ? "what it is about" : words[i % words.length] + " of filler " + "x".repeat(i);
            chunks.add(new EmbeddedChunk(i, "text", null, i, i + 1, text, null, 3, Tenant.axis(i == 0 ? 0 : 1), false));
        }
        new KnowledgeStore(migrated.ingest())
                .replace(
                        tenant.target(),
                        tenant.version("a", "e", 1),
                        Tenant.document("en", "x"),
                        chunks,
                        StepTimes.NONE);
        assertThat(search(Tenant.axis(0), String.join(" ", words), Mode.HYBRID, null))
                .extracting(ChunkHit::text)
                .startsWith("what it is about");
        assertThat(search(Tenant.axis(0), "harbour", Mode.HYBRID, null))
                .as("the whole question is one word")
                .extracting(ChunkHit::text)
                .first()
                .asString()
                .startsWith("harbour");
    }

    @Test
    void aRareWordIsNotOutvotedByWhatIsNearer() throws SQLException {
        List<String> codes = IntStream.rangeClosed(4001, 4060)
                .mapToObj(code -> "ERR " + code + " of the sorter")
                .toList();
        tenant.index(tenant.version("a.txt", "e", 1), "en", codes.toArray(String[]::new));
        float[] nearToOthers = Tenant.axis(0);
        List<ChunkHit> hits = search(nearToOthers, "What does ERR 4012 mean?", Mode.HYBRID, null);
        assertThat(hits).extracting(ChunkHit::text).startsWith("ERR 4012 of the sorter");
        assertThat(hits.get(0).similarity()).isZero();
    }

    /** Checks lines of a log that are so similar that one chunk of another kind is many deviations from their mean. */
    @Test
    void aRareWordIsNotOutvotedByManyTextsThatAreAlike() throws SQLException {
        List<EmbeddedChunk> chunks = new ArrayList<>();
        chunks.add(new EmbeddedChunk(0, "text", null, 0, 1, "see CVE-2025-31337", null, 3, Tenant.axis(0), false));
        for (int i = 1; i <= 60; i++) {
            chunks.add(new EmbeddedChunk(
                    i, "text", null, i, i + 1, "handled request " + i, null, 3, Tenant.axis(1), false));
        }
        new KnowledgeStore(migrated.ingest())
                .replace(
                        tenant.target(),
                        tenant.version("a", "e", 1),
                        Tenant.document("en", "x"),
                        chunks,
                        StepTimes.NONE);
        assertThat(search(Tenant.axis(1), "CVE-2025-31337", Mode.HYBRID, null))
                .extracting(ChunkHit::text)
                .startsWith("see CVE-2025-31337");
    }

    @Test
    void aPartOfACodeFindsItAndTheWholeCodeComesFirst() throws SQLException {
        tenant.index(
                tenant.version("a.txt", "e", 1),
                "en",
                "DS-7604NI-E1/4P/A: recorder with four ports",
                "DS-7608NI-E2/8P/A: recorder with eight ports",
                "DS-7604: recorder without ports",
                "0050.118.2: gasket of the wash unit");
        assertThat(text("DS-7604", Mode.HYBRID))
                .startsWith("DS-7604: recorder without ports", "DS-7604NI-E1/4P/A: recorder with four ports");
        assertThat(text("7604NI", Mode.HYBRID)).startsWith("DS-7604NI-E1/4P/A: recorder with four ports");
        assertThat(text("7604n", Mode.TEXT)).containsExactly("DS-7604NI-E1/4P/A: recorder with four ports");
        assertThat(text("0050.118.2", Mode.HYBRID)).startsWith("0050.118.2: gasket of the wash unit");
        assertThat(text("record", Mode.TEXT))
                .as("a word without a digit is no code")
                .hasSize(3);
        assertThat(text("por 760", Mode.TEXT)).isEmpty();
    }

    @Test
    void aWholeCodeComesBeforeThoseThatBeginWithIt() throws SQLException {
        tenant.index(tenant.version("a.txt", "e", 1), "en", "Alarm QX7700A1", "Alarm QX7700A2", "Alarm QX7700");
        assertThat(text("QX7700", Mode.TEXT)).hasSize(3).startsWith("Alarm QX7700");
    }

    @Test
    void aWordIsRatedByTheLengthOfItsChunkAndByHowOftenTheQuestionSaysIt() throws SQLException {
        tenant.index(
                tenant.version("a.txt", "e", 1),
                "en",
                "The valve of the pump leaks, as the manual of the plant says on its last page, among much else.",
                "The valve leaks.",
                "The hose leaks.");
        assertThat(text("valve", Mode.TEXT)).startsWith("The valve leaks.");
        assertThat(text("hose or valve, but rather the hose", Mode.TEXT)).startsWith("The hose leaks.");
    }

    /** Checks that the stop words of a wrongly guessed language do not look rare. */
    @Test
    void aStopWordOfMostTextsIsNoRareWordOfAnother() throws SQLException {
        tenant.index(
                tenant.version("a.txt", "e", 1), "en", "The pump.", "The hose.", "The valve.", "The tap.", "The tank.");
        tenant.index(tenant.version("b.txt", "e", 1), "es", "What is in the box of the house.");
        assertThat(text("what is the valve", Mode.TEXT)).startsWith("The valve.");
    }

    @Test
    void wordsAreFoundBelowTheThresholdOfVectors() throws SQLException {
        tenant.index(tenant.version("a.txt", "e", 1), "en", "invoice 4711", "something else");
        List<ChunkHit> hits = search(Tenant.axis(5), "4711", Mode.HYBRID, 0.99);
        assertThat(hits).extracting(ChunkHit::text).containsExactly("invoice 4711");
        assertThat(hits.get(0).similarity()).isZero();
    }

    @Test
    void withoutAVectorForItsModelABaseIsSearchedByText() throws SQLException {
        tenant.index(tenant.version("a.txt", "e", 1), "en", "invoice 4711");
        List<ChunkHit> hits = find(
                tenant.context(),
                new SearchRequest(
                        List.of(tenant.knowledgeBaseId()),
                        "invoice",
                        Map.of("another-model", question(1, 0, 0)),
                        Mode.HYBRID,
                        5,
                        null));
        assertThat(hits).hasSize(1);
        assertThat(hits.get(0).similarity()).isNull();
    }

    @Test
    void basesOfDifferentModelsAndDimensionsAreSearchedTogether() throws SQLException {
        tenant.index(tenant.version("a.txt", "e", 1), "en", "eight dimensions");
        UUID base = migrated.database()
                .transaction(
                        tenant.context(),
                        connection -> Tenant.id(
                                connection,
                                "insert into knowledge_bases (owner_id, name, embedding_model) values (?, 'B', 'small') returning id",
                                tenant.userId()));
        KnowledgeTarget target = new KnowledgeTarget(tenant.organizationId(), base, 1, "small", 1000, 200);
        new KnowledgeStore(migrated.ingest())
                .replace(
                        target,
                        new ObjectVersion(
                                "knowledge", tenant.slug() + "/" + base + "/b", "e", java.time.Instant.EPOCH, 1),
                        Tenant.document("en", "three dimensions"),
                        List.of(new EmbeddedChunk(
                                0, "text", null, 0, 16, "three dimensions", null, 2, new float[] {0, 1, 0}, false)),
                        StepTimes.NONE);
        List<ChunkHit> hits = find(
                tenant.context(),
                new SearchRequest(
                        List.of(tenant.knowledgeBaseId(), base),
                        "unrelated",
                        Map.of(Tenant.MODEL, question(Tenant.axis(0)), "small", question(0, 1, 0)),
                        Mode.HYBRID,
                        5,
                        null));
        assertThat(hits).extracting(ChunkHit::text).containsExactlyInAnyOrder("eight dimensions", "three dimensions");
        assertThat(hits).extracting(ChunkHit::similarity).containsOnly(1.0);
    }

    @Test
    void equalHitsComeInTheOrderOfTheirIdsAndTheLimitHolds() throws SQLException {
        String[] texts = new String[30];
        java.util.Arrays.fill(texts, "the same words");
        tenant.index(tenant.version("a.txt", "e", 1), "en", texts);
        List<ChunkHit> hits = find(
                tenant.context(),
                new SearchRequest(List.of(tenant.knowledgeBaseId()), "same words", Map.of(), Mode.TEXT, 7, null));
        assertThat(hits).hasSize(7);
        List<String> ids = new ArrayList<>();
        hits.forEach(hit -> ids.add(hit.chunkId().toString()));
        assertThat(ids).isSorted();
        assertThat(hits.get(0).documentVersion()).isEqualTo(1);
        assertThat(hits.get(0).filePath()).isEqualTo(tenant.key("a.txt"));
    }

    @Test
    void onlyTheLiveGenerationIsFound() throws SQLException {
        tenant.index(tenant.version("a.txt", "e", 1), "en", "generation one");
        assertThat(text("generation", Mode.TEXT)).containsExactly("generation one");
        migrated.database()
                .transaction(
                        tenant.context(),
                        connection -> Tenant.id(
                                connection,
                                "update knowledge_bases set active_generation = 2 where id = ? returning id",
                                tenant.knowledgeBaseId()));
        assertThat(text("generation", Mode.HYBRID)).isEmpty();
    }

    @Test
    void whatWasDeletedOrReplacedIsNotFound() throws SQLException {
        tenant.index(tenant.version("a.txt", "e1", 1), "en", "obsolete");
        tenant.index(tenant.version("a.txt", "e2", 2), "en", "current");
        assertThat(text("obsolete", Mode.TEXT)).isEmpty();
        assertThat(text("current", Mode.TEXT)).hasSize(1);
        new KnowledgeStore(migrated.ingest()).delete(tenant.target(), "knowledge", tenant.key("a.txt"));
        assertThat(text("current", Mode.HYBRID)).isEmpty();
    }

    @Test
    void anotherTenantsBaseIsEmptyForTheCaller() throws SQLException {
        Tenant other = Tenant.create(migrated, "search-other");
        other.index(other.version("a.txt", "e", 1), "en", "confidential");
        tenant.index(tenant.version("a.txt", "e", 1), "en", "confidential too");
        SearchRequest request = new SearchRequest(
                List.of(other.knowledgeBaseId(), tenant.knowledgeBaseId()),
                "confidential",
                Map.of(Tenant.MODEL, question(Tenant.axis(0))),
                Mode.HYBRID,
                10,
                0.0);
        assertThat(find(tenant.context(), request)).extracting(ChunkHit::text).containsExactly("confidential too");
        assertThat(find(TenantContext.NONE, request)).isEmpty();
        assertThat(find(TenantContext.ofUser(other.userId()), request)).isEmpty();
    }

    private SearchRequest hybrid(String query, EmbeddedQuestion question) {
        return new SearchRequest(
                List.of(tenant.knowledgeBaseId()), query, Map.of(Tenant.MODEL, question), Mode.HYBRID, 10, 0.0);
    }

    private List<String> ranking(SearchRequest request, String filename) throws SQLException {
        return find(tenant.context(), request).stream()
                .filter(hit -> hit.filePath().equals(tenant.key(filename)))
                .map(ChunkHit::text)
                .toList();
    }

    private List<String> text(String query, Mode mode) throws SQLException {
        return search(Tenant.axis(7), query, mode, 0.99).stream()
                .map(ChunkHit::text)
                .toList();
    }

    private List<ChunkHit> search(float[] vector, String query, Mode mode, Double threshold) throws SQLException {
        return find(
                tenant.context(),
                new SearchRequest(
                        List.of(tenant.knowledgeBaseId()),
                        query,
                        Map.of(Tenant.MODEL, question(vector)),
                        mode,
                        10,
                        threshold));
    }

    private List<String> shown(float[] vector, String query, Mode mode, SearchFilter filter) throws SQLException {
        return find(
                        tenant.context(),
                        new SearchRequest(
                                List.of(tenant.knowledgeBaseId()),
                                query,
                                Map.of(Tenant.MODEL, question(vector)),
                                mode,
                                10,
                                mode == Mode.VECTOR ? -1.0 : 0.99,
                                null,
                                filter))
                .stream()
                .map(ChunkHit::text)
                .toList();
    }

    private static EmbeddedQuestion question(float... vector) {
        return new EmbeddedQuestion(vector, Set.of());
    }
}
