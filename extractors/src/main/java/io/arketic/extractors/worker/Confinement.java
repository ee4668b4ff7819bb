package io.arketic.extractors.worker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.net.Socket;
import java.net.SocketException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.logging.LogManager;
import javax.imageio.ImageIO;
import org.apache.poi.openxml4j.util.ZipSecureFile;

/**
 * Removes abilities of a parser before the first file: writing to the pipe, connecting, starting programs, reading
 * external entities.
 */
final class Confinement {

    private static final Set<String> NETWORK =
            Set.of("http", "https", "ftp", "mailto", "gopher", "jmod", "ldap", "nfs", "ws", "wss");

    private Confinement() {}

    @SuppressWarnings("deprecation") // the only switch for sockets that works on every supported Java
    static void enter() throws IOException {
        System.setIn(InputStream.nullInputStream());
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        System.setOut(nowhere);
        System.setErr(nowhere);
        LogManager.getLogManager().reset();
        System.setProperty("javax.xml.accessExternalDTD", "");
        System.setProperty("javax.xml.accessExternalSchema", "");
        System.setProperty("javax.xml.accessExternalStylesheet", "");
        System.setProperty("org.apache.poi.util.POILogger", "org.apache.poi.util.NullLogger");
        startNoProgram();
        Socket.setSocketImplFactory(() -> {
            throw new IllegalStateException("a parser process opens no network connection");
        });
        URL.setURLStreamHandlerFactory(protocol -> NETWORK.contains(protocol) ? new RefusedProtocol() : null);
        ImageIO.setUseCache(false);
        // POI treats 100:1 as a bomb; harmless sheets of repeated rows reach that. Deflate ends near 1032:1, and heap,
        // time and text are limited in any case.
        ZipSecureFile.setMinInflateRatio(0.001);
        ZipSecureFile.setMaxFileCount(100_000);
    }

    /**
     * Empties the path of the helper by which Java starts programs on Linux, so that every start fails. An invalid
     * mechanism would do the same, but from Java 21 on reading the environment then fails, too.
     */
    private static void startNoProgram() throws IOException {
        try {
            Field helper = Class.forName("java.lang.ProcessImpl").getDeclaredField("helperpath");
            helper.setAccessible(true);
            Arrays.fill((byte[]) Objects.requireNonNull(helper.get(null)), (byte) 0);
        } catch (ReflectiveOperationException e) {
            throw new IOException("This Java starts programs in an unknown way, and a parser must not", e);
        }
    }

    private static final class RefusedProtocol extends URLStreamHandler {
        @Override
        protected URLConnection openConnection(URL url) throws IOException {
            throw new SocketException("a parser process opens no network connection");
        }
    }
}
