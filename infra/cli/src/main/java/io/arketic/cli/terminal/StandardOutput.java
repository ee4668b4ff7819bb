package io.arketic.cli.terminal;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/** Writes standard output and remembers failures: {@link PrintStream} ignores a full disk. */
public final class StandardOutput extends FilterOutputStream {

    private static final String READER_LEFT = "Broken pipe";

    private volatile @Nullable IOException failure;

    StandardOutput(OutputStream out) {
        super(out);
    }

    /** Replaces the process's own standard output. */
    public static StandardOutput install() {
        StandardOutput output = new StandardOutput(new FileOutputStream(FileDescriptor.out));
        String encoding = System.getProperty(
                "stdout.encoding",
                System.getProperty(
                        "sun.stdout.encoding", Charset.defaultCharset().name()));
        System.setOut(new PrintStream(new BufferedOutputStream(output), true, Charset.forName(encoding)));
        return output;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException failed) {
            failure = failed;
            throw failed;
        }
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    /**
     * Returns whether some output was not written, and prints the reason, unless the reader of a pipe closed it, as
     * {@code head} does.
     */
    public boolean failed(PrintStream errors) {
        System.out.flush();
        IOException why = failure;
        if (why != null && !READER_LEFT.equals(why.getMessage())) {
            errors.println("arketic: the output could not be written: " + why.getMessage());
        }
        return why != null;
    }
}
