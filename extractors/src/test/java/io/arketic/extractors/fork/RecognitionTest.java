package io.arketic.extractors.fork;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.arketic.extractors.ExtractLimits;
import io.arketic.extractors.ExtractedDocument;
import io.arketic.extractors.ExtractionException;
import io.arketic.extractors.ExtractionException.Reason;
import io.arketic.extractors.Extractor;
import io.arketic.extractors.ExtractorSettings;
import io.arketic.extractors.OcrSettings;
import io.arketic.extractors.Warning;
import io.arketic.extractors.Warning.Kind;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests a parser process and its parent with a program that recognises text; small scripts play the program. */
class RecognitionTest {

    private static final String TABLE = """
            level\\tpage_num\\tblock_num\\tpar_num\\tline_num\\tword_num\\tleft\\ttop\\twidth\\theight\\tconf\\ttext
            5\\t1\\t1\\t1\\t1\\t1\\t10\\t10\\t90\\t30\\t96.1\\tPumps
            5\\t1\\t1\\t1\\t1\\t2\\t110\\t10\\t90\\t30\\t92.1\\trun
            """;

    @TempDir
    Path directory;

    @Test
    void aFileIsGivenTheTimeOfItsPages() throws Exception {
        // Three pages take longer together than a file without scans may.
        try (Extractor extractor = start("sleep 2; cat >/dev/null; printf '" + TABLE + "'", 60, 4)) {
            byte[] pdf = ScannedFiles.pdf(scan(), scan(), scan());
            assertThat(extract(extractor, pdf).text()).isEqualTo("Pumps run\n\nPumps run\n\nPumps run");
        }
    }

    @Test
    void aPageThatTakesTooLongIsTold() throws Exception {
        try (Extractor extractor = start("exec sleep 600", 1, 60)) {
            ExtractedDocument document = extract(extractor, ScannedFiles.report("hall-contract.pdf"));
            assertThat(document.text()).contains("Chairs are stacked");
            assertThat(document.warnings()).containsExactly(new Warning(Kind.LIMIT_REACHED, 2, ""));
        }
    }

    @Test
    void aProgramThatFailsOrTalksNonsenseGivesAPageWithoutText() throws Exception {
        for (String body :
                List.of("exit 1", "kill -9 $$", "echo no table", "printf '5\\t1\\t1\\n\\0'; cat >/dev/null")) {
            try (Extractor extractor = start(body, 60, 60)) {
                assertThat(extract(extractor, ScannedFiles.report("hall-contract.pdf"))
                                .warnings())
                        .as(body)
                        .containsExactly(new Warning(Kind.PAGE_WITHOUT_TEXT, 2, ""));
            }
        }
    }

    @Test
    void anEndlessAnswerIsCutOff() throws Exception {
        try (Extractor extractor = start("cat >/dev/null; exec yes", 60, 60)) {
            assertThat(extract(extractor, ScannedFiles.report("hall-contract.pdf"))
                            .warnings())
                    .containsExactly(new Warning(Kind.PAGE_WITHOUT_TEXT, 2, ""));
        }
    }

    @Test
    void withoutTheProgramAPictureNeedsIt() throws Exception {
        OcrSettings missing = new OcrSettings("no-such-tesseract", List.of("eng"), 10, Duration.ofSeconds(9));
        try (Extractor extractor = ForkedExtractor.start(settings(60).withOcr(missing))) {
            Path picture = Files.write(directory.resolve("a.png"), ScannedFiles.png(scan()));
            ExtractionException failure =
                    catchThrowableOfType(ExtractionException.class, () -> extractor.extract(picture, "a.png"));
            assertThat(failure.reason()).isEqualTo(Reason.NEEDS_OCR);
            assertThat(failure).hasMessageContaining("no-such-tesseract is not installed");
        }
    }

    private static BufferedImage scan() {
        return ScannedFiles.scan("Pumps run");
    }

    private static ExtractorSettings settings(int seconds) {
        ExtractLimits standard = ExtractLimits.DEFAULT;
        return ExtractorSettings.of(System.getProperty("java.class.path"))
                .withLimits(new ExtractLimits(
                        Duration.ofSeconds(seconds),
                        standard.parserHeap(),
                        standard.maxFileBytes(),
                        standard.maxCharacters(),
                        standard.maxEmbeddedDepth(),
                        standard.maxEmbeddedCount()));
    }

    private Extractor start(String body, int pageSeconds, int fileSeconds) throws Exception {
        Path program = directory.resolve("program-" + Math.abs(body.hashCode()));
        Files.writeString(program, """
                #!/bin/sh
                PATH=/usr/local/bin:/usr/bin:/bin
                if [ "$1" = --list-langs ]; then echo List of languages; echo eng; exit; fi
                """ + body + "\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return ForkedExtractor.start(settings(fileSeconds)
                .withOcr(new OcrSettings(program.toString(), List.of("eng"), 100, Duration.ofSeconds(pageSeconds))));
    }

    private ExtractedDocument extract(Extractor extractor, byte[] content) throws Exception {
        return extractor.extract(Files.write(directory.resolve("a.pdf"), content), "a.pdf");
    }
}
