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

/** Standard output that remembers what went wrong with it: {@link PrintStream} keeps quiet about a full disk. */
public final class StandardOutput extends FilterOutputStream {

    private static final String READER_LEFT = "Broken pipe";

    private volatile @Nullable IOException failure;

    StandardOutput(OutputStream out) {
        super(out);
    }

    /** Takes the place of the process's own. */
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

    /** Whether something was not written; says why, unless the reader of a pipe had enough, as {@code head} has. */
    public boolean failed(PrintStream errors) {
        System.out.flush();
        IOException why = failure;
        if (why != null && !READER_LEFT.equals(why.getMessage())) {
            errors.println("arketic: the output could not be written: " + why.getMessage());
        }
        return why != null;
    }
}
