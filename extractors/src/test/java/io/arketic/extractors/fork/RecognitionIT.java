package io.arketic.extractors.fork;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.arketic.extractors.ExtractedDocument;
import io.arketic.extractors.ExtractedDocument.Page;
import io.arketic.extractors.ExtractionException;
import io.arketic.extractors.ExtractionException.Reason;
import io.arketic.extractors.Extractor;
import io.arketic.extractors.ExtractorSettings;
import io.arketic.extractors.OcrSettings;
import io.arketic.extractors.Warning;
import io.arketic.extractors.Warning.Kind;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Tests scans and pictures with the Tesseract of this machine. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecognitionIT {

    private static final OcrSettings FEW_PAGES =
            new OcrSettings("tesseract", List.of("eng"), 3, Duration.ofSeconds(60));
    private static final String CLASS_PATH = System.getProperty("java.class.path");

    private final ForkedExtractor extractor = ForkedExtractor.start(ExtractorSettings.of(CLASS_PATH));

    @TempDir
    Path directory;

    @BeforeAll
    void findsTesseract() {
        assertThat(new Tesseract(OcrSettings.DEFAULT).lacks(List.of("eng", "osd")))
                .as("apt-get install -y tesseract-ocr tesseract-ocr-eng tesseract-ocr-osd")
                .isNull();
    }

    @AfterAll
    void end() {
        extractor.close();
    }

    @Test
    void aScannedPageStandsBetweenThePagesOfText() throws Exception {
        ExtractedDocument document = read("hall-contract.pdf", ScannedFiles.report("hall-contract.pdf"));
        String text = document.text();
        assertThat(text)
                .containsSubsequence(
                        "Contract for the use of the village hall.",
                        "deposit of the hall is 640 euros",
                        "Chairs are stacked in rows of ten beside the stage.");
        assertThat(document.warnings()).isEmpty();
        assertThat(pageOf("deposit of the hall", document).number()).isEqualTo(2);
        assertThat(pageOf("deposit of the hall", document).confidence()).isGreaterThan(80);
        assertThat(pageOf("Chairs are stacked", document).number()).isEqualTo(3);
        assertThat(pageOf("Chairs are stacked", document).confidence()).isNull();
    }

    @Test
    void aScanIsReadWhicheverWayItWasLaidOnTheGlass() throws Exception {
        BufferedImage scan = ScannedFiles.scan(TEXT);
        for (int quarters : List.of(1, 2)) {
            assertThat(read("turned.pdf", ScannedFiles.pdf(ScannedFiles.turned(scan, quarters)))
                            .text())
                    .contains("Report a theft to the hotline within two hours");
        }
    }

    @Test
    void thePicturesOfAFileAreItsPages() throws Exception {
        ExtractedDocument document = read(
                "three.tiff",
                ScannedFiles.tiff(
                        ScannedFiles.scan("Pumps stand in the first hall."),
                        ScannedFiles.scan(""),
                        ScannedFiles.scan("Valves stand in the third hall.")));
        assertThat(pageOf("Pumps stand", document).number()).isEqualTo(1);
        assertThat(pageOf("Valves stand", document).number()).isEqualTo(3);
        assertThat(document.warnings()).isEmpty();
    }

    @Test
    void aPageThatShowsNoTextIsTold() throws Exception {
        ExtractedDocument document = read(
                "photo.pdf",
                ScannedFiles.pdf(ScannedFiles.scan("The hall holds 90 people."), ScannedFiles.noise(200, 300)));
        assertThat(document.text()).contains("The hall holds 90 people.");
        assertThat(document.warnings()).containsExactly(new Warning(Kind.PAGE_WITHOUT_TEXT, 2, ""));
    }

    @Test
    void pagesBeyondTheLimitAreTold() throws Exception {
        BufferedImage page = ScannedFiles.scan("Minutes of the board.");
        try (Extractor few =
                ForkedExtractor.start(ExtractorSettings.of(CLASS_PATH).withOcr(FEW_PAGES))) {
            ExtractedDocument document = few.extract(
                    file("long.tiff", ScannedFiles.longTiff(4_000, page, Set.of(0, 9, 99, 999, 3_999))), "long.tiff");
            assertThat(document.pages()).hasSize(4_000);
            assertThat(document.warnings())
                    .containsExactly(
                            new Warning(Kind.LIMIT_REACHED, 1_000, ""), new Warning(Kind.LIMIT_REACHED, 4_000, ""));
        }
    }

    @Test
    void aPictureOfAnySizeCostsABoundedOne() throws Exception {
        assertRefused(Reason.NO_TEXT, "dot.png", ScannedFiles.whitePng(1, 1));
        byte[] huge = ScannedFiles.whitePng(30_000, 30_000);
        assertThat(huge).hasSizeLessThan(1 << 20);
        assertRefused(Reason.NO_TEXT, "huge.png", huge);
        assertRefused(Reason.NO_TEXT, "beyond.png", ScannedFiles.whitePng(40_000, 30_000));
        assertThat(read("good.txt", "A good file.".getBytes(StandardCharsets.UTF_8))
                        .text())
                .isEqualTo("A good file.");
    }

    @Test
    void whatFollowsAPictureInItsFileIsNoText() throws Exception {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.write(ScannedFiles.png(ScannedFiles.scan("The pump is red.")));
        both.write("<html><script>alert(1)</script><p>INSTRUCTION</p></html>".getBytes(StandardCharsets.UTF_8));
        both.write(SampleFiles.zip(Map.of("a.txt", "SECRET MEMBER".getBytes(StandardCharsets.UTF_8))));
        assertThat(read("both.png", both.toByteArray()).text()).isEqualTo("The pump is red.");
        assertThat(read("both.html", both.toByteArray()).text()).isEqualTo("The pump is red.");
    }

    @Test
    void aScanWaitsForTesseractAndIsReadOnceItIsThere() throws Exception {
        Path program = directory.resolve("later");
        OcrSettings later = new OcrSettings(program.toString(), List.of("eng"), 10, Duration.ofSeconds(60));
        try (Extractor waiting =
                ForkedExtractor.start(ExtractorSettings.of(CLASS_PATH).withOcr(later))) {
            Path scan = file("only-scan.pdf", ScannedFiles.report("only-scan.pdf"));
            Path mixed = file("hall-contract.pdf", ScannedFiles.report("hall-contract.pdf"));
            assertThat(catchThrowableOfType(ExtractionException.class, () -> waiting.extract(scan, "only-scan.pdf"))
                            .reason())
                    .isEqualTo(Reason.NEEDS_OCR);
            assertThat(waiting.extract(mixed, "hall-contract.pdf").warnings())
                    .containsExactly(new Warning(Kind.NEEDS_OCR, 2, ""));

            Files.writeString(program, "#!/bin/sh\nPATH=/usr/local/bin:/usr/bin:/bin exec tesseract \"$@\"\n");
            assertThat(program.toFile().setExecutable(true)).isTrue();
            assertThat(waiting.extract(scan, "only-scan.pdf").text()).contains("deposit of the hall is 640 euros");
            assertThat(waiting.extract(mixed, "hall-contract.pdf").warnings()).isEmpty();
        }
    }

    @Test
    void aLanguageWithoutDataIsNamed() throws Exception {
        Path scan = file("only-scan.pdf", ScannedFiles.report("only-scan.pdf"));
        assertThatThrownBy(() -> extractor.extract(scan, "only-scan.pdf", List.of("eng", "tlh"), List.of()))
                .isInstanceOfSatisfying(
                        ExtractionException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.NEEDS_OCR))
                .hasMessageContaining("no data for tlh");
        assertThatThrownBy(() -> extractor.extract(scan, "only-scan.pdf", List.of("--help"), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static final String TEXT = """
            Riders who keep both times pay at most 90 euros for a stolen bicycle.
            Report a theft to the hotline within two hours and to the police
            within one day. The hotline answers at night, too, and speaks five
            languages. Stations 12, 17 and 31 close when the snow is deeper than
            eight centimetres. Keys are returned by noon on the last day.""";

    private static Page pageOf(String words, ExtractedDocument document) {
        int offset = document.text().indexOf(words);
        return document.pages().stream()
                .filter(page -> page.start() <= offset && offset < page.end())
                .findFirst()
                .orElseThrow();
    }

    private void assertRefused(Reason reason, String name, byte[] content) throws Exception {
        Path file = file(name, content);
        assertThat(catchThrowableOfType(ExtractionException.class, () -> extractor.extract(file, name))
                        .reason())
                .isEqualTo(reason);
    }

    private ExtractedDocument read(String name, byte[] content) throws Exception {
        return extractor.extract(file(name, content), name);
    }

    private Path file(String name, byte[] content) throws Exception {
        return Files.write(directory.resolve(name), content);
    }
}
