package io.arketic.preview;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.LogManager;
import javax.imageio.ImageIO;

/**
 * Draws one file as two PNG images: {@code page.png} and {@code thumbnail.png} in the working directory. Its arguments are
 * the kind of the file, its path, and for a picture how the camera was held. It exits with {@link #DRAWN},
 * {@link #UNREADABLE} or {@link #TOO_LARGE}; with another status where the file broke the process.
 */
public final class PreviewWorker {

    static final int DRAWN = 0;
    static final int UNREADABLE = 10;
    static final int TOO_LARGE = 11;

    /** Limits the longer side of the page, in pixels. */
    static final int PAGE = 1200;

    /** Limits the longer side of the thumbnail, in pixels. */
    static final int THUMBNAIL = 256;

    /** Ends the process when its parent has died and cannot end it. */
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private static final int LATE = 12;

    private PreviewWorker() {}

    /** Names the kinds of files that are drawn. */
    enum Kind {
        PDF,
        PICTURE
    }

    public static void main(String[] arguments) throws IOException {
        confine();
        endWithin(LONGEST);
        System.exit(draw(
                Kind.valueOf(arguments[0].toUpperCase(Locale.ROOT)),
                Path.of(arguments[1]),
                Integer.parseInt(arguments[2]),
                Path.of("")));
    }

    static int draw(Kind kind, Path file, int orientation, Path target) {
        try {
            BufferedImage page = kind == Kind.PDF ? PdfPage.first(file) : Picture.read(file, orientation);
            ImageIO.write(page, "png", target.resolve("page.png").toFile());
            ImageIO.write(
                    Picture.fitted(page, THUMBNAIL),
                    "png",
                    target.resolve("thumbnail.png").toFile());
            return DRAWN;
        } catch (TooLargeException large) {
            return TOO_LARGE;
        } catch (IOException | RuntimeException | StackOverflowError unreadable) {
            // The decoders throw many kinds of exceptions at broken files, and some nest deeply.
            return UNREADABLE;
        }
    }

    private static void endWithin(Duration time) {
        Thread watch = new Thread(
                () -> {
                    LockSupport.parkNanos(time.toNanos());
                    Runtime.getRuntime().halt(LATE);
                },
                "watch");
        watch.setDaemon(true);
        watch.start();
    }

    @SuppressWarnings("deprecation") // the only switch for sockets that works on every supported Java
    private static void confine() throws IOException {
        System.setIn(InputStream.nullInputStream());
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        System.setOut(nowhere);
        System.setErr(nowhere);
        LogManager.getLogManager().reset();
        ImageIO.setUseCache(false);
        Socket.setSocketImplFactory(() -> {
            throw new IllegalStateException("a preview opens no network connection");
        });
    }
}
