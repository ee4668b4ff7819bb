package io.arketic.extractors.fork;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.arketic.extractors.ExtractLimits;
import io.arketic.extractors.ExtractedDocument;
import io.arketic.extractors.ExtractionException;
import io.arketic.extractors.ExtractionException.Reason;
import io.arketic.extractors.Extractor;
import io.arketic.extractors.ExtractorSettings;
import io.arketic.extractors.Warning;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Tests real parser processes. Every failure is followed by a good file, which must be read. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForkedExtractorTest {

    private static final ExtractLimits LIMITS =
            new ExtractLimits(Duration.ofSeconds(120), 96L << 20, 1 << 20, 200_000, 3, 20);

    private final ExtractorSettings settings =
            ExtractorSettings.of(System.getProperty("java.class.path")).withLimits(LIMITS);
    private final ForkedExtractor extractor = ForkedExtractor.start(settings);

    @TempDir
    Path directory;

    @AfterAll
    void end() {
        extractor.close();
    }

    @Test
    void readsAFileWithPagesBlocksAndMetadata() throws Exception {
        ExtractedDocument document = extractor.extract(
                file("a.pdf", SampleFiles.pdf("The first page speaks of pumps.", "The second of valves.")), "a.pdf");
        assertThat(document.mediaType()).isEqualTo("application/pdf");
        assertThat(document.text()).isEqualTo("The first page speaks of pumps.\n\nThe second of valves.");
        assertThat(document.pages()).extracting(ExtractedDocument.Page::start).containsExactly(0, 33);
        assertThat(document.metadata().language()).isEqualTo("en");
    }

    @Test
    void anEmptyFileIsRefused() {
        assertFails(Reason.EMPTY_FILE, "a.txt", new byte[0]);
    }

    @Test
    void aFileOfWhiteSpaceHasNoText() {
        assertFails(Reason.NO_TEXT, "a.txt", "  \n\t ".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void anEncryptedFileWithoutItsPasswordIsRefused() {
        assertFails(Reason.ENCRYPTED, "a.pdf", SampleFiles.pdfFor("secret", "hidden"));
    }

    @Test
    void aPasswordFromTheListOpensAnEncryptedFile() throws Exception {
        try (Extractor knowing = ForkedExtractor.start(settings.withPasswords(List.of("wrong", "secret")))) {
            Path file = file("b.pdf", SampleFiles.pdfFor("secret", "hidden"));
            assertThat(knowing.extract(file, "b.pdf").text()).isEqualTo("hidden");
        }
    }

    @Test
    void aPasswordOfOneFileIsForgottenWithItsProcess() throws Exception {
        try (Extractor own = ForkedExtractor.start(settings.withPasswords(List.of("other")))) {
            Path pdf = file("c.pdf", SampleFiles.pdfFor("secret", "hidden"));
            Path archive = SampleFiles.sevenZip(directory.resolve("d.7z"), "inner.txt", "The pump is red.", "secret");
            assertThat(own.extract(pdf, "c.pdf", List.of(), List.of("wrong", "secret"))
                            .text())
                    .isEqualTo("hidden");
            assertThat(own.extract(archive, "d.7z", List.of(), List.of("wrong", "secret"))
                            .text())
                    .contains("The pump is red.");
            for (Path next : List.of(pdf, archive)) {
                assertThatThrownBy(() -> own.extract(next, "next"))
                        .isInstanceOfSatisfying(
                                ExtractionException.class,
                                e -> assertThat(e.reason()).isEqualTo(Reason.ENCRYPTED));
            }
        }
    }

    @Test
    void eachMemberIsOpenedWithItsOwnPassword() throws Exception {
        Map<String, byte[]> members = new TreeMap<>();
        members.put("a.pdf", SampleFiles.pdfFor("one", "The first."));
        members.put("b.pdf", SampleFiles.pdfFor("two", "The second."));
        members.put("c.pdf", SampleFiles.pdfFor("three", "The third."));
        ExtractedDocument document = extractor.extract(
                file("keys.zip", SampleFiles.zip(members)), "keys.zip", List.of(), List.of("two", "one"));
        assertThat(document.text()).contains("The first.", "The second.", "[c.pdf: encrypted, not read]");
        assertThat(document.warnings()).containsExactly(new Warning(Warning.Kind.MEMBER_ENCRYPTED, null, "c.pdf"));
    }

    @Test
    void anArchiveOfEncryptedMembersIsEncrypted() {
        assertFails(Reason.ENCRYPTED, "a.zip", SampleFiles.zip("inner.pdf", SampleFiles.pdfFor("secret", "hidden")));
    }

    @Test
    void aTruncatedFileIsCorrupt() {
        byte[] whole = SampleFiles.docx();
        assertFails(Reason.CORRUPT, "a.docx", Arrays.copyOf(whole, whole.length / 2));
    }

    @Test
    void anArchiveOfTruncatedMembersIsCorrupt() {
        byte[] whole = SampleFiles.docx();
        assertFails(Reason.CORRUPT, "a.zip", SampleFiles.zip("inner.docx", Arrays.copyOf(whole, whole.length / 2)));
    }

    @Test
    void bytesOfNoFormatAreUnsupported() {
        byte[] noise = new byte[5_000];
        new Random(3).nextBytes(noise);
        assertFails(Reason.UNSUPPORTED_FORMAT, "a.bin", noise);
    }

    @Test
    void anXmlBombIsMalicious() {
        assertFails(Reason.MALICIOUS, "a.docx", SampleFiles.billionLaughs());
    }

    @Test
    void whatAParserCallsAZipBombIsMalicious() {
        assertFails(Reason.MALICIOUS, "a.misbehave", misbehaving("zipbomb"));
    }

    @Test
    void aHangingParserEndsAtTheTimeLimit() throws Exception {
        ExtractLimits hasty = new ExtractLimits(Duration.ofMillis(500), 96L << 20, 1 << 20, 200_000, 3, 20);
        ExtractorSettings impatient = settings.withLimits(hasty);
        try (Extractor short500 = ForkedExtractor.start(impatient)) {
            Path file = file("h.misbehave", misbehaving("hang"));
            assertThatThrownBy(() -> short500.extract(file, "h.misbehave"))
                    .isInstanceOfSatisfying(
                            ExtractionException.class,
                            failure -> assertThat(failure.reason()).isEqualTo(Reason.TIME_LIMIT));
        }
    }

    @Test
    void aParserThatClaimsEndlessTextIsEndedAtOnce() throws Exception {
        for (String claimed : List.of("length", "count")) {
            Path file = file("forge.misbehave", misbehaving("forge " + claimed));
            assertThatThrownBy(() -> extractor.extract(file, "forge.misbehave"))
                    .isInstanceOfSatisfying(ExtractionException.class, failure -> {
                        assertThat(failure.reason()).isEqualTo(Reason.PARSER_CRASHED);
                        assertThat(failure).hasMessageContaining("sent no answer");
                    });
        }
    }

    @Test
    void aParserThatEatsMemoryEndsAtTheHeapLimit() {
        assertFails(Reason.MEMORY_LIMIT, "a.misbehave", misbehaving("eat"));
    }

    @Test
    void memoryLeftByEarlierFilesFailsNoLaterOne() throws Exception {
        for (int i = 0; i < 4; i++) {
            Path file = file("leak.misbehave", misbehaving("leak 40"));
            assertThat(extractor.extract(file, "leak.misbehave").text()).isEqualTo("behaved: leak");
        }
    }

    @Test
    void tooMuchTextIsRefusedAndNotCutOff() {
        assertFails(Reason.TEXT_LIMIT, "a.txt", "many words ".repeat(30_000).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void tooManyBytesAreRefusedUnread() {
        assertFails(Reason.FILE_LIMIT, "a.txt", new byte[(1 << 20) + 1]);
    }

    @Test
    void filesNestedTooDeepAreRefused() {
        byte[] nested = SampleFiles.zip("a.txt", "text".getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < 3; i++) {
            nested = SampleFiles.zip("inner" + i + ".zip", nested);
        }
        assertFails(Reason.EMBEDDED_DEPTH_LIMIT, "a.zip", nested);
    }

    @Test
    void tooManyEmbeddedFilesAreRefused() {
        Map<String, byte[]> members = new java.util.TreeMap<>();
        for (int i = 0; i < 21; i++) {
            members.put(i + ".txt", ("text " + i).getBytes(StandardCharsets.UTF_8));
        }
        assertFails(Reason.EMBEDDED_COUNT_LIMIT, "a.zip", SampleFiles.zip(members));
    }

    @Test
    void aParserThatExitsCrashesItsProcessAlone() {
        assertThat(assertFails(Reason.PARSER_CRASHED, "a.misbehave", misbehaving("exit 0")))
                .hasMessageContaining("System.exit");
        assertFails(Reason.PARSER_CRASHED, "a.misbehave", misbehaving("exit 3"));
        assertFails(Reason.PARSER_CRASHED, "a.misbehave", misbehaving("halt 9"));
    }

    @Test
    void aFullDiskOrALostDirectoryIsNoFaultOfTheFile() {
        assertUndecided("a.misbehave", misbehaving("full"));
        assertUndecided("a.misbehave", misbehaving("homeless"));
        assertUndecided("a.zip", SampleFiles.zip("inner.misbehave", misbehaving("full")));
    }

    @Test
    void aProcessKilledFromOutsideIsNoFaultOfTheFile() {
        assertUndecided("a.misbehave", misbehaving("halt 137"));
        assertUndecided("a.misbehave", misbehaving("halt 143"));
    }

    @Test
    void aCrashIsTriedOnceMoreEvenInAFirstFile() throws Exception {
        try (Extractor own = ForkedExtractor.start(settings)) {
            Path file = file("once.misbehave", misbehaving("dieonce " + directory.resolve("died")));
            assertThat(own.extract(file, "once.misbehave").text()).isEqualTo("behaved: dieonce");
        }
        assertThat(directory.resolve("died")).exists();
    }

    @Test
    void endlessRecursionAndThrownErrorsAreCorruptFiles() {
        assertFails(Reason.CORRUPT, "a.misbehave", misbehaving("recurse"));
        assertFails(Reason.CORRUPT, "a.misbehave", misbehaving("throw"));
    }

    @Test
    void whatAParserPrintsDoesNotDisturb() throws Exception {
        Path file = file("p.misbehave", misbehaving("print"));
        assertThat(extractor.extract(file, "p.misbehave").text()).isEqualTo("behaved: print");
    }

    @Test
    void aParserReachesNoNetworkAndStartsNoProgram() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertFails(Reason.CORRUPT, "a.misbehave", misbehaving("connect " + server.getLocalPort()));
        }
        assertFails(Reason.CORRUPT, "a.misbehave", misbehaving("channel"));
        assertFails(Reason.CORRUPT, "a.misbehave", misbehaving("spawn"));
    }

    @Test
    void aParserSeesNothingOfTheEnvironmentAndItsFilesAreRemoved() throws Exception {
        Path left;
        try (Extractor own = ForkedExtractor.start(settings)) {
            String seen = own.extract(file("e.misbehave", misbehaving("environment")), "e.misbehave")
                    .text();
            assertThat(seen).startsWith("[LC_ALL]").contains("arketic-fork-");
            left = Path.of(own.extract(file("s.misbehave", misbehaving("scratch")), "s.misbehave")
                    .text());
            assertThat(left).exists();
        }
        assertThat(left).doesNotExist();
        assertThat(left.getParent()).doesNotExist();
    }

    @Test
    void anInterruptedCallerIsFreedAtOnce() throws Exception {
        Path file = file("i.misbehave", misbehaving("hang"));
        ExecutorService caller = Executors.newSingleThreadExecutor();
        try {
            Callable<ExtractedDocument> hanging = () -> extractor.extract(file, "i.misbehave");
            Future<ExtractedDocument> future = caller.submit(hanging);
            caller.shutdownNow();
            assertThatThrownBy(future::get).hasCauseInstanceOf(InterruptedException.class);
        } finally {
            caller.shutdownNow();
        }
        assertGoodFileIsRead();
    }

    @Test
    void aProcessIsReplacedAfterItsShareOfFiles() throws Exception {
        try (Extractor shortLived = ForkedExtractor.start(settings.withFilesPerFork(1))) {
            Path file = file("w.misbehave", misbehaving("environment"));
            String first = shortLived.extract(file, "w.misbehave").text();
            assertThat(shortLived.extract(file, "w.misbehave").text()).isNotEqualTo(first);
        }
    }

    @Test
    void aClassPathWithoutParsersIsNoFaultOfTheFile() {
        try (Extractor lost =
                ForkedExtractor.start(ExtractorSettings.of("/nowhere/*").withLimits(LIMITS))) {
            Path file = file("g.txt", "good".getBytes(StandardCharsets.UTF_8));
            assertThatThrownBy(() -> lost.extract(file, "g.txt"))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("/nowhere/*");
        }
    }

    @Test
    void aClosedExtractorRefuses() {
        ForkedExtractor closed = ForkedExtractor.start(settings);
        closed.close();
        Path file = file("c.txt", "good".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> closed.extract(file, "c.txt")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void settingsKeepPasswordsToThemselves() {
        assertThat(settings.withPasswords(List.of("secret")).toString()).doesNotContain("secret");
    }

    private ExtractionException assertFails(Reason reason, String name, byte[] content) {
        Path file = file("bad-" + name, content);
        ExtractionException failure =
                catchThrowableOfType(ExtractionException.class, () -> extractor.extract(file, name));
        assertThat(failure).as("a failure with %s", reason).isNotNull();
        assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(reason);
        assertThat(failure.getMessage()).isNotBlank();
        assertGoodFileIsRead();
        return failure;
    }

    private void assertUndecided(String name, byte[] content) {
        Path file = file("bad-" + name, content);
        assertThatThrownBy(() -> extractor.extract(file, name)).isInstanceOf(UncheckedIOException.class);
        assertGoodFileIsRead();
    }

    private void assertGoodFileIsRead() {
        Path good = file("good.txt", "A good file.".getBytes(StandardCharsets.UTF_8));
        try {
            assertThat(extractor.extract(good, "good.txt").text()).isEqualTo("A good file.");
        } catch (ExtractionException | InterruptedException e) {
            throw new AssertionError("the good file was not read", e);
        }
    }

    private static byte[] misbehaving(String how) {
        return ("MISBEHAVE " + how).getBytes(StandardCharsets.UTF_8);
    }

    private Path file(String name, byte[] content) {
        try {
            return Files.write(directory.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
