package io.arketic.extractors.fork;

import io.arketic.extractors.NoParserException;
import io.arketic.extractors.protocol.GreyPicture;
import io.arketic.extractors.protocol.Recognition;
import io.arketic.extractors.protocol.Recognition.End;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Recognises the pages of one file sequentially. The parser process cannot start programs; it sends grey pixels, so
 * Tesseract receives no bytes of a hostile file.
 */
final class PageRecognition implements AutoCloseable {

    /** Limits the bytes of a table of words to more than 50,000 words. */
    private static final int LONGEST_TABLE = 4 << 20;

    private final Tesseract tesseract;
    private final List<String> languages;
    private final FileTime time;
    private int pages;
    private volatile boolean closed;
    private volatile @Nullable Process running;

    PageRecognition(Tesseract tesseract, List<String> languages, FileTime time) {
        this.tesseract = tesseract;
        this.languages = languages;
        this.time = time;
    }

    @Nullable
    String lacks() {
        return tesseract.lacks(languages);
    }

    /** @throws NoParserException when the program cannot be started: nothing is known about the page then */
    Recognition read(GreyPicture picture) {
        if (pages >= tesseract.settings().maxPages()) {
            return Recognition.none(End.PAGE_LIMIT);
        }
        pages++;
        Duration limit = tesseract.settings().pageTimeout();
        FileTime.Page page = time.page(limit.multipliedBy(1 + FileTime.MOST_WAITING));
        try {
            return read(picture, limit);
        } finally {
            page.end();
        }
    }

    private Recognition read(GreyPicture picture, Duration limit) {
        Process process;
        try {
            process = tesseract.start(languages);
        } catch (IOException e) {
            // The machine's fault: a document without this page would be complete for ever.
            throw new NoParserException("no recognition could be started: " + e.getMessage(), e);
        }
        running = process;
        if (closed) {
            process.destroyForcibly();
        }
        CompletableFuture<Boolean> late = isLate(process, new FileTime(limit), new ProcessorWait(process.pid()));
        try {
            write(picture, process);
            String table = answerOf(process);
            if (late.join()) {
                return Recognition.none(End.TIME_LIMIT);
            }
            return process.exitValue() == 0 ? Recognition.read(table) : Recognition.none(End.FAILED);
        } finally {
            process.destroyForcibly();
            running = null;
        }
    }

    /** Ends a process when its time is over. */
    private static CompletableFuture<Boolean> isLate(Process process, FileTime limit, ProcessorWait wait) {
        return process.onExit()
                .orTimeout(Math.max(1, limit.leftNanos()), TimeUnit.NANOSECONDS)
                .handle((ended, timeout) -> {
                    if (timeout != null && limit.addWaiting(wait.nanos())) {
                        return isLate(process, limit, wait);
                    }
                    if (timeout != null) {
                        process.destroyForcibly();
                    }
                    return CompletableFuture.completedFuture(timeout != null);
                })
                .thenCompose(late -> late);
    }

    private static void write(GreyPicture picture, Process process) {
        try (OutputStream out = process.getOutputStream()) {
            String header = "P5 " + picture.width() + " " + picture.height() + " 255\n";
            out.write(header.getBytes(StandardCharsets.US_ASCII));
            out.write(picture.pixels());
        } catch (IOException e) {
            // It ended before it had read everything; its exit status also shows this.
        }
    }

    private static String answerOf(Process process) {
        try (InputStream in = process.getInputStream()) {
            byte[] table = in.readNBytes(LONGEST_TABLE);
            if (table.length == LONGEST_TABLE) {
                process.destroyForcibly();
            }
            return new String(table, StandardCharsets.UTF_8).replace("\0", "");
        } catch (IOException e) {
            return "";
        }
    }

    /** Ends the recognition of the current page. */
    @Override
    public void close() {
        closed = true;
        Process process = running;
        if (process != null) {
            process.destroyForcibly();
        }
    }
}
