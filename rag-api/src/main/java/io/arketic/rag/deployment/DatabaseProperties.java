package io.arketic.rag.deployment;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** How the API reaches PostgreSQL; it connects as the application role, under row-level security. */
@ConfigurationProperties("arketic.database")
record DatabaseProperties(
        @DefaultValue("jdbc:postgresql://127.0.0.1:5433/arketic")
        String url,

        @DefaultValue("arketic_app") String user,
        @DefaultValue("") String password,
        @DefaultValue("10") int poolSize) {

    /** Without the password. */
    @Override
    public String toString() {
        return "DatabaseProperties[url=" + url + ", user=" + user + ", poolSize=" + poolSize + "]";
    }
}
