package io.arketic.rag.idempotency;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;
import org.springframework.web.util.ContentCachingResponseWrapper;

/** Stores a response before it is sent, unless its request was handed over: then it is sent as it is written. */
final class KeptResponse extends ContentCachingResponseWrapper {

    private final KeyedRequest keyed;

    KeptResponse(HttpServletResponse response, KeyedRequest keyed) {
        super(response);
        this.keyed = keyed;
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        return keyed.isGivenOn() ? getResponse().getOutputStream() : super.getOutputStream();
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        return keyed.isGivenOn() ? getResponse().getWriter() : super.getWriter();
    }

    @Override
    public void flushBuffer() throws IOException {
        if (keyed.isGivenOn()) {
            getResponse().flushBuffer();
        } else {
            super.flushBuffer();
        }
    }
}
