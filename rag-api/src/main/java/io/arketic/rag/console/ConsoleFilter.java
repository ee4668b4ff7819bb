package io.arketic.rag.console;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Serves the console: its files below {@code /console/}, and one page at the addresses that the page itself tells apart. Any
 * other address is the API's, also one that is not found there.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 3)
class ConsoleFilter extends OncePerRequestFilter {

    private static final Pattern PAGE =
            Pattern.compile("/(?:(?:sign-in|register|verify-email|password-reset|invitation|account|o)(?:/.*)?)?");
    private static final Pattern FILE =
            Pattern.compile("/console/((?:assets|pdf/[0-9]+(?:\\.[0-9]+)*/[a-z_]+)/[A-Za-z0-9_][A-Za-z0-9_.-]*)");
    private static final Pattern GZIP = Pattern.compile("(?i)gzip(?:\\s*;.*)?");
    private static final Pattern REFUSED = Pattern.compile("(?i)^[^;]*+;\\s*+q\\s*+=\\s*+0(?:\\.0*+)?+");
    private static final String DIRECTORY = "console/";

    /**
     * Scripts, styles and connections of this origin only. {@code wasm-unsafe-eval} lets pdf.js decode JPEG 2000. The
     * one Trusted Types policy makes the address of pdf.js's worker; the page itself writes no HTML.
     */
    private static final String POLICY = String.join(
            "; ",
            "default-src 'none'",
            "script-src 'self' 'wasm-unsafe-eval'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types arketic-worker");

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String path = request.getRequestURI();
        Matcher file = FILE.matcher(path);
        boolean read = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
        if (read && PAGE.matcher(path).matches()) {
            response.setHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
            serve(new ClassPathResource(DIRECTORY + "index.html"), request, response);
        } else if (read && file.matches() && resource(file.group(1)).exists()) {
            response.setHeader(
                    HttpHeaders.CACHE_CONTROL,
                    named(file.group(1)) ? "public, max-age=31536000, immutable" : "public, max-age=86400");
            serve(resource(file.group(1)), request, response);
        } else {
            chain.doFilter(request, response);
        }
    }

    /** Returns whether the file's address changes with its content. */
    private static boolean named(String file) {
        return !file.equals("assets/licences.txt");
    }

    private static ClassPathResource resource(String name) {
        return new ClassPathResource(DIRECTORY + name);
    }

    private static void serve(ClassPathResource resource, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        response.setHeader("Content-Security-Policy", POLICY);
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        response.setContentType(type(resource.getPath()));
        ClassPathResource compressed = new ClassPathResource(resource.getPath() + ".gz");
        boolean gzip = takesGzip(request.getHeader(HttpHeaders.ACCEPT_ENCODING)) && compressed.exists();
        ClassPathResource sent = gzip ? compressed : resource;
        if (gzip) {
            response.setHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
        }
        response.setContentLengthLong(sent.contentLength());
        if (request.getMethod().equals("GET")) {
            try (InputStream in = sent.getInputStream();
                    OutputStream out = response.getOutputStream()) {
                in.transferTo(out);
            }
        }
    }

    private static boolean takesGzip(@Nullable String accepted) {
        return accepted != null
                && Arrays.stream(accepted.split(","))
                        .map(String::strip)
                        .anyMatch(coding -> GZIP.matcher(coding).matches()
                                && !REFUSED.matcher(coding).matches());
    }

    private static String type(String path) {
        return switch (path.substring(path.lastIndexOf('.') + 1)) {
            case "html" -> "text/html;charset=UTF-8";
            case "js", "mjs" -> "text/javascript;charset=UTF-8";
            case "css" -> "text/css;charset=UTF-8";
            case "wasm" -> "application/wasm";
            case "txt" -> "text/plain;charset=UTF-8";
            default -> "application/octet-stream";
        };
    }
}
