package io.arketic.extractors;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Reports that this machine starts no parser process, or no text recognition, so that no such file can be read here. */
public final class NoParserException extends UncheckedIOException {

    private static final long serialVersionUID = 1L;

    public NoParserException(String detail, IOException cause) {
        super(detail, cause);
    }
}
