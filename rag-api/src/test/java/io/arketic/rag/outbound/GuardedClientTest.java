package io.arketic.rag.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import io.arketic.rag.attendance.Cancellation;
import io.arketic.rag.outbound.GuardedClient.HostSecret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Dns;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A canary on this machine, and every way to it that we know. */
class GuardedClientTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final List<String> heard = new CopyOnWriteArrayList<>();
    private HttpServer canary;
    private HttpServer stranger;

    @BeforeEach
    void start() throws IOException {
        canary = server("127.0.0.1");
        stranger = server("127.0.0.2");
    }

    @AfterEach
    void stop() {
        canary.stop(0);
        stranger.stop(0);
    }

    private HttpServer server(String address) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(address, 0), 0);
        server.createContext("/", exchange -> {
            heard.add(exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization"));
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write(new byte[] {'o', 'k'});
            exchange.close();
        });
        server.start();
        return server;
    }

    @Test
    void noHostThatLeadsToThisNetworkIsReached() {
        int port = canary.getAddress().getPort();
        List<String> hosts = new ArrayList<>(List.of(
                // the loopback address, as URLs may write it
                "127.0.0.1",
                "127.1",
                "127.0.1",
                "127.255.255.254",
                "2130706433",
                "0x7f000001",
                "0x7f.0.0.1",
                "0177.0.0.1",
                "017700000001",
                "127.0.0.01",
                "127.0x0.1",
                "0",
                "0.0.0.0",
                "000.000.000.000",
                "127.0.0.1.",
                "%31%32%37.0.0.1",
                "①②⑦.⓪.⓪.①",
                "127。0。0。1",
                "127．0．0．1",
                // names of it
                "localhost",
                "LOCALHOST",
                "localhost.",
                "localhost.localdomain",
                "ip6-localhost",
                // private, link-local with the clouds' metadata, carrier-grade NAT, benchmarks, reserved, multicast
                "10.0.0.1",
                "10.255.255.255",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.0.1",
                "169.254.169.254",
                "169.254.1.1",
                "2852039166",
                "0xa9fea9fe",
                "100.64.0.1",
                "100.127.255.255",
                "100.100.100.200",
                "198.18.0.1",
                "192.0.0.1",
                "192.0.2.1",
                "203.0.113.9",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                // IPv6, with the ways to IPv4 in it
                "[::1]",
                "[0:0:0:0:0:0:0:1]",
                "[::]",
                "[::ffff:127.0.0.1]",
                "[::ffff:7f00:1]",
                "[::127.0.0.1]",
                "[64:ff9b::7f00:1]",
                "[64:ff9b::a9fe:a9fe]",
                "[64:ff9b:1::7f00:1]",
                "[2002:7f00:1::]",
                "[2001:0:7f00:1::]",
                "[fc00::1]",
                "[fd00:ec2::254]",
                "[fe80::1]",
                "[fec0::1]",
                "[ff02::1]",
                "[2001:db8::1]",
                "[100::1]",
                "[::ffff:10.0.0.1]",
                "[::ffff:169.254.169.254]"));
        GuardedClient client = new GuardedClient(List.of(), Dns.SYSTEM);
        assertThat(hosts.size()).isGreaterThanOrEqualTo(60);
        for (String host : hosts) {
            HttpUrl url = HttpUrl.parse("http://" + host + ":" + port + "/canary");
            if (url != null) {
                refused(client, url);
            }
        }
        assertThat(HttpUrl.parse("http://[fe80::1%25eth0]:" + port))
                .as("a zone")
                .isNull();
        assertThat(heard).isEmpty();
    }

    /** Two parsers of one URL: what ours takes for the host is what is connected to. */
    @Test
    void aUrlThatParsersReadDifferentlyLeadsNowhereElse() {
        int port = canary.getAddress().getPort();
        GuardedClient client = new GuardedClient(List.of(), Dns.SYSTEM);
        for (String text : List.of(
                "http://example.invalid@127.0.0.1:" + port + "/",
                "http://127.0.0.1:" + port + "\\@example.invalid/",
                "http://127.0.0.1:" + port + "#@example.invalid/",
                "http://127.0.0.1:" + port + "?@example.invalid/",
                "http:\\\\127.0.0.1:" + port + "/",
                "http:127.0.0.1:" + port + "/",
                "http:///127.0.0.1:" + port + "/",
                "  http://127.0.0.1:" + port + "/\t",
                "http://127.0.0.1\t:" + port + "/")) {
            HttpUrl url = HttpUrl.parse(text);
            if (url != null) {
                refused(client, url);
            }
        }
        assertThat(heard).isEmpty();
    }

    /** The name leads elsewhere while it is looked at, and here when it is dialled. */
    @Test
    void aNameThatIsReboundIsLookedAtWhenItIsDialled() throws UnknownHostException {
        InetAddress away = InetAddress.getByName("93.184.216.34");
        InetAddress here = InetAddress.getByName("127.0.0.1");
        AtomicInteger looks = new AtomicInteger();
        Dns rebound = name -> looks.getAndIncrement() % 2 == 0 ? List.of(here, away) : List.of(here);
        GuardedClient client = new GuardedClient(List.of("93.184.216.34/32"), rebound);
        for (int attempt = 0; attempt < 4; attempt++) {
            refused(
                    client,
                    url("http://rebound.example:" + canary.getAddress().getPort() + "/"),
                    Duration.ofMillis(300));
        }
        assertThat(heard).isEmpty();
    }

    @Test
    void aRedirectAfterTheLookIsLookedAtToo() throws IOException {
        HttpServer open = server("127.0.0.3");
        try {
            open.removeContext("/");
            open.createContext("/", exchange -> {
                exchange.getResponseHeaders()
                        .add(
                                "Location",
                                "http://127.0.0.1:" + canary.getAddress().getPort() + "/canary");
                exchange.sendResponseHeaders(302, -1);
                exchange.close();
            });
            GuardedClient client = new GuardedClient(List.of("127.0.0.3/32"), Dns.SYSTEM);
            refused(client, url("http://127.0.0.3:" + open.getAddress().getPort() + "/"));
            assertThat(heard).isEmpty();
        } finally {
            open.stop(0);
        }
    }

    @Test
    void aSecretGoesToItsHostsAndNotAlongWithARedirect() throws IOException {
        HttpServer first = server("127.0.0.3");
        try {
            first.removeContext("/");
            first.createContext("/", exchange -> {
                heard.add("first " + exchange.getRequestHeaders().getFirst("Authorization"));
                exchange.getResponseHeaders()
                        .add(
                                "Location",
                                "http://127.0.0.2:" + stranger.getAddress().getPort() + "/away");
                exchange.sendResponseHeaders(307, -1);
                exchange.close();
            });
            GuardedClient client = new GuardedClient(List.of("127.0.0.2/31"), Dns.SYSTEM);
            GuardedClient.Reply reply = client.send(
                    new Request.Builder()
                            .url("http://127.0.0.3:" + first.getAddress().getPort() + "/")
                            .build(),
                    new HostSecret("Authorization", "Bearer ", "open", Set.of("127.0.0.3")),
                    TIMEOUT,
                    new Cancellation());
            assertThat(reply.status()).isEqualTo(200);
            assertThat(heard).containsExactly("first Bearer open", "/away null");
        } finally {
            first.stop(0);
        }
    }

    @Test
    void anAddressThatIsPublicIsAdmitted() throws UnknownHostException {
        AddressGuard guard = new AddressGuard(List.of());
        for (String address : List.of("8.8.8.8", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700::1111")) {
            assertThat(guard.admits(InetAddress.getByName(address))).as(address).isTrue();
        }
    }

    private static HttpUrl url(String text) {
        return HttpUrl.get(text);
    }

    private static void refused(GuardedClient client, HttpUrl url) {
        refused(client, url, TIMEOUT);
    }

    private static void refused(GuardedClient client, HttpUrl url, Duration timeout) {
        assertThatExceptionOfType(IOException.class)
                .as(url.toString())
                .isThrownBy(
                        () -> client.send(new Request.Builder().url(url).build(), null, timeout, new Cancellation()));
    }
}
