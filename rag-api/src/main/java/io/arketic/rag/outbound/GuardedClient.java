package io.arketic.rag.outbound;

import io.arketic.rag.attendance.Cancellation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.Dns;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/** Calls addresses that users name. It follows redirects; each dial is looked at by {@link GuardedSockets}. */
final class GuardedClient {

    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final int LARGEST_ANSWER = 1 << 20;

    /**
     * Goes out with each request to one of its hosts, and with no other.
     *
     * @param hosts in lower case
     */
    record HostSecret(String header, String prefix, String value, Set<String> hosts) {}

    /** Holds the answer to a call. */
    record Reply(
            int status,
            @Nullable String contentType,
            @Nullable String retryAfter,
            String body) {}

    /** The call broke off after the other side may have begun with it. */
    static final class BrokenOff extends IOException {

        private static final long serialVersionUID = 1L;

        BrokenOff(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private final OkHttpClient http;

    GuardedClient(List<String> allowedNetworks, Dns dns) {
        AddressGuard guard = new AddressGuard(allowedNetworks);
        this.http = new OkHttpClient.Builder()
                .socketFactory(new GuardedSockets(guard))
                .dns(host -> {
                    List<InetAddress> admitted =
                            dns.lookup(host).stream().filter(guard::admits).toList();
                    if (admitted.isEmpty()) {
                        throw new UnknownHostException("'" + host + "' leads to no address that workflows may reach");
                    }
                    return admitted;
                })
                .proxy(Proxy.NO_PROXY)
                .protocols(List.of(Protocol.HTTP_1_1))
                .connectTimeout(CONNECT)
                // A connection that was kept may end beneath a call, and then it is not known whether it was done.
                .connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS))
                .retryOnConnectionFailure(false)
                // Not from https to http, with what was meant for an encrypted connection.
                .followSslRedirects(false)
                .build();
    }

    /**
     * @throws BrokenOff where the other side may have done what it was asked
     * @throws IOException where it was not asked
     */
    Reply send(Request request, @Nullable HostSecret secret, Duration timeout, Cancellation cancellation)
            throws IOException {
        AtomicBoolean asked = new AtomicBoolean();
        OkHttpClient client = http.newBuilder()
                .callTimeout(timeout)
                .readTimeout(timeout)
                .eventListener(new EventListener() {
                    @Override
                    public void requestHeadersStart(Call call) {
                        asked.set(true);
                    }
                })
                .addNetworkInterceptor(chain -> {
                    Request hop = chain.request();
                    return chain.proceed(
                            secret != null && secret.hosts().contains(hop.url().host())
                                    ? hop.newBuilder()
                                            .header(secret.header(), secret.prefix() + secret.value())
                                            .build()
                                    : hop);
                })
                .build();
        Call sent = client.newCall(request);
        Runnable cancel = sent::cancel;
        cancellation.onCancel(cancel);
        try (Response response = sent.execute()) {
            BufferedSource body = response.body().source();
            String text = body.request(LARGEST_ANSWER + 1L) ? body.readUtf8(LARGEST_ANSWER) : body.readUtf8();
            return new Reply(response.code(), response.header("Content-Type"), response.header("Retry-After"), text);
        } catch (IOException failure) {
            throw asked.get() ? new BrokenOff(failure) : failure;
        } finally {
            cancellation.forget(cancel);
        }
    }
}
