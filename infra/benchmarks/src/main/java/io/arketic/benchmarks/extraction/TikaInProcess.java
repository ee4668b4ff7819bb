package io.arketic.benchmarks.extraction;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.parser.AutoDetectParser;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.ocr.TesseractOCRConfig;
import org.apache.tika.parser.pdf.PDFParserConfig;
import org.apache.tika.sax.BodyContentHandler;

/** Reads files with Tika as it is, in this process and without recognising pictures. */
final class TikaInProcess {

    private final AutoDetectParser parser = new AutoDetectParser();
    private final Duration limit;

    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "tika");
        thread.setDaemon(true);
        return thread;
    });

    /** @param limit time of one file */
    TikaInProcess(Duration limit) {
        this.limit = limit;
    }

    /** Returns whether Tika reads the file within the limit. */
    boolean reads(Path file) throws InterruptedException {
        Future<String> text = threads.submit(() -> text(file));
        try {
            text.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException | TimeoutException failed) {
            text.cancel(true);
            return false;
        }
    }

    private String text(Path file) throws Exception {
        Metadata metadata = new Metadata();
        metadata.set(TikaCoreProperties.RESOURCE_NAME_KEY, file.getFileName().toString());
        ParseContext context = new ParseContext();
        TesseractOCRConfig recognition = new TesseractOCRConfig();
        recognition.setSkipOcr(true);
        context.set(TesseractOCRConfig.class, recognition);
        PDFParserConfig pdf = new PDFParserConfig();
        pdf.setOcrStrategy(PDFParserConfig.OCR_STRATEGY.NO_OCR);
        context.set(PDFParserConfig.class, pdf);
        BodyContentHandler text = new BodyContentHandler(-1);
        try (InputStream stream = Files.newInputStream(file)) {
            parser.parse(stream, text, metadata, context);
        } catch (StackOverflowError | OutOfMemoryError tooMuch) {
            throw new IOException(tooMuch);
        }
        return text.toString();
    }
}
