package io.arketic.rag.operations;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.util.DigestUtils;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ContentCachingResponseWrapper;

/**
 * Answers requests for the OpenAPI documents from memory, {@code /openapi} with the one of Arketic's own API. springdoc writes the
 * whole document again for each request, which any stranger may send.
 */
@Component
final class DocumentFilter extends OncePerRequestFilter {

    static final String GROUP = "arketic";

    private static final Set<String> ALONE = Set.of("/openapi", "/openapi.yaml");
    private static final Set<String> DOCUMENTS = ALONE.stream()
            .flatMap(path -> Stream.of(GROUP, "openai", "mcp").map(group -> path + "/" + group))
            .collect(Collectors.toUnmodifiableSet());

    /** A document as it goes out. */
    private record Written(String type, byte[] text, byte[] compressed, String tag) {}

    private final Map<String, Written> documents = new ConcurrentHashMap<>();

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !request.getMethod().equals("GET") || !DOCUMENTS.contains(path(request));
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String path = path(request);
        Written document = documents.get(path);
        if (document == null) {
            ContentCachingResponseWrapper written = new ContentCachingResponseWrapper(response);
            chain.doFilter(new OfGroup(request, path), written);
            if (written.getStatus() != HttpServletResponse.SC_OK) {
                written.copyBodyToResponse();
                return;
            }
            document = written(written);
            documents.put(path, document);
            response.resetBuffer();
        }
        answer(document, request, response);
    }

    private static void answer(Written document, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        response.setHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        if (new ServletWebRequest(request, response).checkNotModified(document.tag())) {
            return;
        }
        String accepted = request.getHeader(HttpHeaders.ACCEPT_ENCODING);
        boolean compressed = accepted != null
                && Arrays.stream(accepted.split(",")).map(String::strip).anyMatch("gzip"::equals);
        byte[] bytes = compressed ? document.compressed() : document.text();
        if (compressed) {
            response.setHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
        }
        response.setContentType(document.type());
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }

    private static Written written(ContentCachingResponseWrapper response) throws IOException {
        byte[] text = response.getContentAsByteArray();
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(text);
        }
        return new Written(
                String.valueOf(response.getContentType()),
                text,
                compressed.toByteArray(),
                "W/\"" + DigestUtils.md5DigestAsHex(text) + "\"");
    }

    private static String path(HttpServletRequest request) {
        String asked = request.getRequestURI();
        return ALONE.contains(asked) ? asked + "/" + GROUP : asked;
    }

    /** The same request for one group's document. */
    private static final class OfGroup extends HttpServletRequestWrapper {

        private final String path;

        OfGroup(HttpServletRequest request, String path) {
            super(request);
            this.path = path;
        }

        @Override
        public String getRequestURI() {
            return path;
        }

        @Override
        public String getServletPath() {
            return path;
        }

        @Override
        public StringBuffer getRequestURL() {
            StringBuffer url = super.getRequestURL();
            return url.replace(url.length() - super.getRequestURI().length(), url.length(), path);
        }
    }
}
