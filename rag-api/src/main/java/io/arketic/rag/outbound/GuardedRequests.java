package io.arketic.rag.outbound;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.stereotype.Component;

/**
 * Sends requests of Spring's clients to addresses that users name, through {@link GuardedSockets}. A call takes ten seconds
 * at most. It follows no redirects, and fails where the answer is larger than a mebibyte.
 */
@Component
public final class GuardedRequests implements ClientHttpRequestFactory {

    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration CALL = Duration.ofSeconds(10);
    private static final int LARGEST_ANSWER = 1 << 20;
    private static final List<String> EVERY_NETWORK = List.of("0.0.0.0/0", "::/0");

    private final OkHttpClient http;

    @Autowired
    GuardedRequests(OutboundProperties settings) {
        this(settings.allowedNetworks());
    }

    private GuardedRequests(List<String> allowedNetworks) {
        AddressGuard guard = new AddressGuard(allowedNetworks);
        this.http = new OkHttpClient.Builder()
                .socketFactory(new GuardedSockets(guard))
                .dns(host -> {
                    List<InetAddress> admitted = List.of(InetAddress.getAllByName(host)).stream()
                            .filter(guard::admits)
                            .toList();
                    if (admitted.isEmpty()) {
                        throw new UnknownHostException("'" + host + "' leads to no address that may be reached");
                    }
                    return admitted;
                })
                .proxy(Proxy.NO_PROXY)
                .connectTimeout(CONNECT)
                .callTimeout(CALL)
                .readTimeout(CALL)
                .followRedirects(false)
                .build();
    }

    /** Returns requests to addresses that the operator chooses, in any network. */
    public static GuardedRequests toAnyNetwork() {
        return new GuardedRequests(EVERY_NETWORK);
    }

    @Override
    public ClientHttpRequest createRequest(URI uri, HttpMethod method) {
        return createRequest(uri, method, CALL);
    }

    /** Creates a request that ends after {@code longest}, or sooner like the others. */
    public ClientHttpRequest createRequest(URI uri, HttpMethod method, Duration longest) {
        return new Call(http, uri, method, longest.compareTo(CALL) < 0 ? longest : CALL);
    }

    private static final class Call implements ClientHttpRequest {

        private final OkHttpClient http;
        private final URI uri;
        private final HttpMethod method;
        private final Duration longest;
        private final HttpHeaders headers = new HttpHeaders();
        private final Map<String, Object> attributes = new HashMap<>();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();

        Call(OkHttpClient http, URI uri, HttpMethod method, Duration longest) {
            this.http = http;
            this.uri = uri;
            this.method = method;
            this.longest = longest;
        }

        @Override
        public HttpMethod getMethod() {
            return method;
        }

        @Override
        public URI getURI() {
            return uri;
        }

        @Override
        public Map<String, Object> getAttributes() {
            return attributes;
        }

        @Override
        public HttpHeaders getHeaders() {
            return headers;
        }

        @Override
        public OutputStream getBody() {
            return body;
        }

        @Override
        public ClientHttpResponse execute() throws IOException {
            boolean sends = method.equals(HttpMethod.POST);
            Request.Builder request;
            try {
                request = new Request.Builder()
                        .url(uri.toString())
                        .method(method.name(), sends ? RequestBody.create(body.toByteArray(), null) : null);
            } catch (IllegalArgumentException unusable) {
                throw new IOException("No address of the web: " + uri.getScheme(), unusable);
            }
            headers.forEach((name, values) -> values.forEach(value -> request.addHeader(name, value)));
            okhttp3.Call call = http.newCall(request.build());
            call.timeout().timeout(longest.toNanos(), TimeUnit.NANOSECONDS);
            try (Response response = call.execute()) {
                BufferedSource answer = response.body().source();
                if (answer.request(LARGEST_ANSWER + 1L)) {
                    throw new IOException("The answer of " + uri.getHost() + " is too large");
                }
                HttpHeaders received = new HttpHeaders();
                response.headers().forEach(header -> received.add(header.getFirst(), header.getSecond()));
                return new Answer(response.code(), response.message(), received, answer.readByteArray());
            }
        }
    }

    private record Answer(int status, String message, HttpHeaders headers, byte[] bytes) implements ClientHttpResponse {

        @Override
        public HttpStatusCode getStatusCode() {
            return HttpStatusCode.valueOf(status);
        }

        @Override
        public String getStatusText() {
            return message;
        }

        @Override
        public HttpHeaders getHeaders() {
            return headers;
        }

        @Override
        public InputStream getBody() {
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public void close() {}
    }
}
