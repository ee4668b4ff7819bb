package io.arketic.extractors.fork;

import io.arketic.extractors.ExtractedDocument;
import io.arketic.extractors.ExtractionException;
import io.arketic.extractors.ExtractionException.Reason;
import io.arketic.extractors.Extractor;
import io.arketic.extractors.ExtractorSettings;
import io.arketic.extractors.OcrSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Extracts in separate parser processes, so that a file that hangs, exhausts memory or crashes its parser costs only
 * that process. It reads up to {@link ExtractorSettings#forks()} files in parallel; further callers wait.
 *
 * <p>A process that crashes, or runs out of memory after it has read other files, may have died of something else than
 * the file. The file is then read once more in a fresh process, and that outcome counts.
 */
public final class ForkedExtractor implements Extractor {

    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(30);

    private final ExtractorSettings settings;
    private final Tesseract tesseract;
    private final Semaphore permits;
    private final ConcurrentLinkedDeque<ParserFork> idle = new ConcurrentLinkedDeque<>();
    private final Thread first;
    private volatile boolean closed;

    private ForkedExtractor(ExtractorSettings settings) {
        this.settings = settings;
        this.tesseract = new Tesseract(settings.ocr());
        this.permits = new Semaphore(settings.forks(), true);
        this.first = new Thread(this::startFirst, "parser-start");
        first.setDaemon(true);
    }

    /**
     * Starts the extractor at once: a first process starts in the background, further ones with the files that need
     * them. It removes temporary files of killed processes.
     */
    public static ForkedExtractor start(ExtractorSettings settings) {
        ScratchDirectory.removeAbandoned();
        ForkedExtractor extractor = new ForkedExtractor(settings);
        extractor.first.start();
        return extractor;
    }

    /**
     * Starts the first process early: starting it and loading its parsers takes seconds, for which the first file would
     * wait.
     */
    private void startFirst() {
        if (!permits.tryAcquire()) {
            return;
        }
        try {
            giveBack(takeFork());
        } catch (UncheckedIOException | IllegalStateException | InterruptedException e) {
            // The first file fails in the same way, and its caller learns of it.
        } finally {
            permits.release();
        }
    }

    @Override
    public ExtractedDocument extract(Path file, String filename) throws ExtractionException, InterruptedException {
        return extract(file, filename, List.of(), List.of());
    }

    /**
     * {@inheritDoc}
     *
     * @throws io.arketic.extractors.NoParserException when no parser process can be started (wrong class path, no
     *     memory): no file can be read
     * @throws UncheckedIOException when the file cannot be read, or its process is killed from outside twice, or its disk
     *     is full: the file may be the cause, or the machine
     */
    @Override
    public ExtractedDocument extract(Path file, String filename, List<String> ocrLanguages, List<String> passwords)
            throws ExtractionException, InterruptedException {
        List<String> languages =
                ocrLanguages.isEmpty() ? settings.ocr().languages() : OcrSettings.checked(ocrLanguages);
        refuseBySize(file);
        Reading reading = new Reading(file, filename, languages, passwords);
        permits.acquire();
        try {
            ParserFork fork = takeFork();
            boolean used = fork.served() > 0;
            try {
                return extractWith(fork, reading);
            } catch (ExtractionException failure) {
                if (!mayBeOfTheProcess(failure.reason(), used)) {
                    throw failure;
                }
            }
            return extractAgain(reading);
        } finally {
            permits.release();
        }
    }

    private ExtractedDocument extractAgain(Reading reading) throws ExtractionException, InterruptedException {
        ParserFork fork = ParserFork.start(settings);
        try {
            return extractWith(fork, reading);
        } catch (ExtractionException failure) {
            if (fork.wasKilledFromOutside()) {
                throw new UncheckedIOException(
                        new IOException("killed from outside: " + failure.getMessage(), failure));
            }
            throw failure;
        }
    }

    private ExtractedDocument extractWith(ParserFork fork, Reading reading)
            throws ExtractionException, InterruptedException {
        try {
            return fork.extract(reading, tesseract);
        } finally {
            if (reading.passwords().isEmpty()) {
                giveBack(fork);
            } else {
                fork.close();
            }
        }
    }

    private void refuseBySize(Path file) throws ExtractionException {
        long bytes;
        try {
            bytes = Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
        if (bytes == 0) {
            throw new ExtractionException(Reason.EMPTY_FILE, "the file has no bytes");
        }
        if (bytes > settings.limits().maxFileBytes()) {
            throw new ExtractionException(
                    Reason.FILE_LIMIT,
                    bytes + " bytes, more than " + settings.limits().maxFileBytes());
        }
    }

    private static boolean mayBeOfTheProcess(Reason reason, boolean used) {
        return reason == Reason.PARSER_CRASHED || used && reason == Reason.MEMORY_LIMIT;
    }

    private ParserFork takeFork() throws InterruptedException {
        if (closed) {
            throw new IllegalStateException("the extractor is closed");
        }
        for (ParserFork fork = idle.pollFirst(); fork != null; fork = idle.pollFirst()) {
            if (fork.isUsable()) {
                return fork;
            }
            fork.close();
        }
        return ParserFork.start(settings);
    }

    private void giveBack(ParserFork fork) {
        if (closed || !fork.isUsable() || fork.served() >= settings.filesPerFork()) {
            fork.close();
            return;
        }
        idle.addFirst(fork);
        if (closed) {
            closeIdle();
        }
    }

    /**
     * Finishes active files and then ends their processes. On return, a first process in its start has ended, too: its
     * thread would otherwise outlive the class loader of a job that ends early.
     */
    @Override
    public void close() {
        closed = true;
        first.interrupt();
        boolean interrupted = Thread.interrupted();
        try {
            first.join(CLOSE_WITHIN.toMillis());
        } catch (InterruptedException e) {
            interrupted = true;
        }
        closeIdle();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeIdle() {
        for (@Nullable ParserFork fork = idle.pollFirst(); fork != null; fork = idle.pollFirst()) {
            fork.close();
        }
    }
}
