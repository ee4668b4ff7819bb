package io.arketic.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures whether the time of a refused login reveals that an address has an account. */
@Command(
        name = "login",
        mixinStandardHelpOptions = true,
        description = "median time of a login with an unknown address ÷ that of a known address with a wrong"
                + " password, in turn, after warming up: between 0.9 and 1.1. Needs the stack up.")
final class LoginBenchmark implements Callable<Integer> {

    private static final double BOUND = 0.1;

    /** Limits the failures to fewer than lock an account. */
    private static final int FAILURES_OF_ONE = 8;

    private static final int MADE = 201;
    private static final int REFUSED = 401;
    private static final int TOO_MANY = 429;

    @Mixin
    private final Stack stack = new Stack();

    @Option(names = "--logins", defaultValue = "160", description = "of each kind, measured; ${DEFAULT-VALUE}")
    private int logins;

    @Option(names = "--warm-up", defaultValue = "16", description = "of each kind, before; ${DEFAULT-VALUE}")
    private int warmUp;

    private final Sample unknown = new Sample();
    private final Sample known = new Sample();

    @Override
    public Integer call() throws Exception {
        ApiClient client = stack.client();
        List<String> addresses = new ArrayList<>();
        for (int i = 0; i < (warmUp + logins + FAILURES_OF_ONE - 1) / FAILURES_OF_ONE; i++) {
            String address = address();
            timed(
                    client,
                    "/auth/register",
                    login(client, address).put("first_name", "Bench").put("last_name", "Mark"),
                    MADE);
            addresses.add(address);
        }
        for (int i = 0; i < warmUp + logins; i++) {
            String mine = addresses.get(i / FAILURES_OF_ONE);
            // Which one is first changes with each pair, as the second finds what the first has warmed.
            double ofKnown = i % 2 == 0 ? refused(client, mine) : 0;
            double ofUnknown = refused(client, address());
            if (i % 2 != 0) {
                ofKnown = refused(client, mine);
            }
            if (i >= warmUp) {
                known.add(ofKnown);
                unknown.add(ofUnknown);
            }
        }
        double ratio = unknown.median() / known.median();
        return Verdict.of(
                Math.abs(ratio - 1) <= BOUND,
                "login: ratio %.3f (1 ± %.1f), unknown address p50 %.1f ms p95 %.1f ms, known address with a wrong"
                        + " password p50 %.1f ms p95 %.1f ms, %d of each",
                ratio,
                BOUND,
                unknown.median(),
                unknown.quantile(0.95),
                known.median(),
                known.quantile(0.95),
                logins);
    }

    private static double refused(ApiClient client, String address) throws IOException, InterruptedException {
        return timed(client, "/auth/login", login(client, address), REFUSED);
    }

    /** Returns the milliseconds until the expected status; waits and starts again after a refusal by the rate limit. */
    private static double timed(ApiClient client, String path, ObjectNode body, int expected)
            throws IOException, InterruptedException {
        while (true) {
            long start = System.nanoTime();
            int status = client.status(path, body);
            if (status == expected) {
                return (System.nanoTime() - start) / 1e6;
            }
            if (status != TOO_MANY) {
                throw new IOException(path + " answered " + status);
            }
            TimeUnit.SECONDS.sleep(10);
        }
    }

    private static ObjectNode login(ApiClient client, String address) {
        return client.object()
                .put("email", address)
                .put("password", UUID.randomUUID().toString());
    }

    private static String address() {
        return "bench-" + UUID.randomUUID() + "@bench.invalid";
    }
}
