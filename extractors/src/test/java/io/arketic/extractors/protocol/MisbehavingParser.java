package io.arketic.extractors.protocol;

import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.apache.tika.exception.TikaException;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.mime.MediaType;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.sax.XHTMLContentHandler;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;

/** Parses a made-up format and does what its file orders: everything that a parser should not do. */
public final class MisbehavingParser implements Parser {

    private static final long serialVersionUID = 1L;
    private static final List<byte[]> LEAK = new ArrayList<>();

    @Override
    public Set<MediaType> getSupportedTypes(ParseContext context) {
        return Set.of(MediaType.application("x-misbehaving"));
    }

    @Override
    public void parse(InputStream stream, ContentHandler handler, Metadata metadata, ParseContext context)
            throws IOException, SAXException, TikaException {
        String[] words = new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                .strip()
                .split(" ");
        XHTMLContentHandler xhtml = new XHTMLContentHandler(handler, metadata);
        xhtml.startDocument();
        xhtml.element("p", behave(words[1], words.length > 2 ? words[2] : ""));
        xhtml.endDocument();
    }

    private static String behave(String how, String operand) throws IOException, TikaException {
        switch (how) {
            case "exit" -> System.exit(Integer.parseInt(operand));
            case "halt" -> Runtime.getRuntime().halt(Integer.parseInt(operand));
            case "hang" -> hang();
            case "touchandhang" -> {
                Files.createFile(Path.of(operand));
                hang();
            }
            case "eat" -> {
                while (true) {
                    LEAK.add(new byte[1 << 20]);
                }
            }
            case "leak" -> LEAK.add(new byte[Integer.parseInt(operand) << 20]);
            case "recurse" -> recurse(0);
            case "forge" -> forge(operand);
            case "print" -> System.out.println("a line that is no message");
            case "throw" -> throw new IllegalStateException("thrown by the parser");
            case "zipbomb" -> throw new TikaException("Zip bomb detected!");
            case "full" -> throw new IOException("No space left on device");
            case "homeless" -> {
                Path home = Path.of("").toAbsolutePath();
                try (Stream<Path> left = Files.list(home)) {
                    for (Path file : left.toList()) {
                        Files.delete(file);
                    }
                }
                Files.delete(home);
                Files.createTempFile("never", "made");
            }
            case "dieonce" -> {
                Path mark = Path.of(operand);
                if (Files.notExists(mark)) {
                    Files.createFile(mark);
                    Runtime.getRuntime().halt(9);
                }
            }
            case "connect" -> new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(operand)).close();
            case "channel" -> SocketChannel.open().close();
            case "spawn" -> new ProcessBuilder("/bin/true").start();
            case "scratch" -> {
                return Files.createTempFile("left", "behind").toString();
            }
            case "environment" -> {
                return System.getenv().keySet().toString() + Path.of("").toAbsolutePath();
            }
            default -> throw new TikaException("unknown: " + how);
        }
        return "behaved: " + how;
    }

    /** Writes bytes into the pipe to the parent that no parser writes, without end. */
    private static void forge(String what) throws IOException {
        try (DataOutputStream pipe = new DataOutputStream(new FileOutputStream(FileDescriptor.out))) {
            pipe.writeInt(WorkerProtocol.MARK);
            pipe.writeByte(WorkerProtocol.EXTRACTED);
            if (what.equals("length")) {
                pipe.writeInt(Integer.MAX_VALUE);
            } else {
                pipe.writeInt(1);
                pipe.write('a');
                pipe.writeInt(0);
                pipe.writeInt(Integer.MAX_VALUE);
            }
            byte[] zeros = new byte[1 << 16];
            while (true) {
                pipe.write(zeros);
            }
        }
    }

    private static void hang() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int recurse(int depth) {
        return recurse(depth + 1) + 1;
    }
}
