package io.arketic.services;

import io.arketic.services.ServiceException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Holds the key of one Flink cluster. Its processes and their callers have it and talk to no other process: without it,
 * a caller can neither read nor submit a job at Flink's ports.
 *
 * @param file a PKCS #12 key store, of its owner only
 */
record FlinkKeys(Path file, String password) {

    private static final String TYPE = "PKCS12";

    /** Creates the file unless it exists. */
    void make() throws IOException, InterruptedException {
        // Several components of one cluster start at once.
        synchronized (FlinkKeys.class) {
            if (Files.exists(file)) {
                return;
            }
            Path draft = file.resolveSibling(file.getFileName() + ".new");
            Files.createDirectories(file.getParent());
            Files.deleteIfExists(draft);
            generate(draft);
            Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rw-------"));
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private void generate(Path draft) throws IOException, InterruptedException {
        var keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "flink",
                        "-keyalg",
                        // Flink's own choice of cipher suites knows no other.
                        "RSA",
                        "-keysize",
                        "3072",
                        "-dname",
                        "CN=Flink of Arketic",
                        "-ext",
                        "SAN=IP:127.0.0.1,DNS:localhost",
                        "-validity",
                        "3650",
                        "-storetype",
                        TYPE,
                        "-keystore",
                        draft.toString(),
                        "-storepass:env",
                        "PASSWORD")
                .redirectErrorStream(true);
        keytool.environment().put("PASSWORD", password);
        Process process = keytool.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new ServiceException(Reason.SYSTEM, "Cannot create a key for Flink: " + said);
        }
    }

    /** Returns the context for callers of Flink's REST interface. */
    SSLContext context() {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance(TYPE);
            store.load(in, password.toCharArray());
            var own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            own.init(store, password.toCharArray());
            var trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trusted.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new ServiceException(Reason.NOT_READY, "Flink's key cannot be read from " + file + ": " + e, e);
        }
    }

    /**
     * Returns Flink's settings: both ends of every connection show the key, between its processes and at its REST
     * interface.
     */
    String yaml() {
        return """
                security.ssl.internal.enabled: true
                security.ssl.internal.keystore: %1$s
                security.ssl.internal.keystore-password: %2$s
                security.ssl.internal.key-password: %2$s
                security.ssl.internal.truststore: %1$s
                security.ssl.internal.truststore-password: %2$s
                security.ssl.rest.enabled: true
                security.ssl.rest.authentication-enabled: true
                security.ssl.rest.keystore: %1$s
                security.ssl.rest.keystore-password: %2$s
                security.ssl.rest.key-password: %2$s
                security.ssl.rest.truststore: %1$s
                security.ssl.rest.truststore-password: %2$s
                """.formatted(file, password);
    }

    /** Shows no password. */
    @Override
    public String toString() {
        return "FlinkKeys[" + file + "]";
    }
}
