package io.arketic.rag.signin;

import java.util.Hashtable;
import java.util.List;
import java.util.stream.Collectors;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.InitialDirContext;
import org.springframework.stereotype.Component;

/** Reads TXT records of domains. */
@Component
class DomainRecords {

    /** Stands before the domain, so that its other records stay as they are (RFC 8552). */
    static final String PREFIX = "_arketic.";

    private final Hashtable<String, String> environment;

    @SuppressWarnings("JdkObsolete") // JNDI takes a Hashtable.
    DomainRecords(SignInProperties settings) {
        List<String> servers = settings.nameServers();
        this.environment = new Hashtable<>();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
        environment.put(
                Context.PROVIDER_URL,
                servers.isEmpty()
                        ? "dns:"
                        : servers.stream().map(server -> "dns://" + server).collect(Collectors.joining(" ")));
        environment.put("com.sun.jndi.dns.timeout.initial", "1000");
        environment.put("com.sun.jndi.dns.timeout.retries", "2");
    }

    /** Returns whether the domain has this record; false also where no server answers. */
    @SuppressWarnings("BanJNDI") // DNS gives no objects.
    boolean has(String domain, String record) {
        try {
            InitialDirContext servers = new InitialDirContext(environment);
            try {
                Attribute found = servers.getAttributes(PREFIX + domain, new String[] {"TXT"})
                        .get("TXT");
                NamingEnumeration<?> records = found == null ? null : found.getAll();
                while (records != null && records.hasMore()) {
                    if (String.valueOf(records.next()).replace("\"", "").strip().equals(record)) {
                        return true;
                    }
                }
                return false;
            } finally {
                servers.close();
            }
        } catch (NameNotFoundException missing) {
            return false;
        } catch (NamingException unreachable) {
            return false;
        }
    }
}
