package io.arketic.rag.deployment;

import java.util.Optional;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Builds addresses of this API for users. It ignores a request's {@code Host}, which the sender chooses. */
@Component
public class PublicAddress {

    private final PublicProperties settings;
    private final Environment environment;

    PublicAddress(PublicProperties settings, Environment environment) {
        this.settings = settings;
        this.environment = environment;
    }

    /** Returns the address that the deployment is configured with; empty without one. */
    public Optional<String> configured() {
        return Optional.of(settings.url()).filter(url -> !url.isEmpty());
    }

    /** @param path from its slash on */
    public String of(String path) {
        return (settings.url().isEmpty()
                        ? "http://127.0.0.1:" + environment.getProperty("local.server.port", "8080")
                        : settings.url())
                + path;
    }
}
