package io.arketic.rag.document;

import io.arketic.rag.deployment.Steady;
import io.arketic.rag.deployment.Transactions;
import io.arketic.schema.tenancy.TenantContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/**
 * Counts how often documents are seen and fetched. A process adds its counts to the database every two seconds, so that a
 * document that many users fetch is one written row. A process that is killed loses what it counted since then.
 */
@Component
class DocumentUses implements DisposableBean {

    private static final Duration PAUSE = Duration.ofSeconds(2);

    /** Limits the documents that wait to be counted while the database is away. */
    private static final int MOST = 100_000;

    private record Key(UUID organizationId, UUID documentId) {}

    private record Uses(int views, int downloads) {

        Uses plus(Uses more) {
            return new Uses(views + more.views, downloads + more.downloads);
        }
    }

    private static final Logger log = LoggerFactory.getLogger(DocumentUses.class);

    private final Transactions transactions;
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, work -> {
        Thread named = new Thread(work, "document-uses");
        named.setDaemon(true);
        return named;
    });
    private Map<Key, Uses> counted = new HashMap<>();

    DocumentUses(Transactions transactions) {
        this.transactions = transactions;
        Steady.every(PAUSE, thread, "Counting the uses of documents", this::store);
    }

    void seen(UUID organization, UUID document) {
        count(new Key(organization, document), new Uses(1, 0));
    }

    void fetched(UUID organization, UUID document) {
        count(new Key(organization, document), new Uses(0, 1));
    }

    /** Counts a download: a whole file, or the range that it begins with. Downloads by public links count at the link. */
    <T> ResponseEntity<T> counted(DocumentAccess access, HttpMethod method, ResponseEntity<T> answer) {
        String range = answer.getHeaders().getFirst(HttpHeaders.CONTENT_RANGE);
        if (method.equals(HttpMethod.GET)
                && answer.getStatusCode().is2xxSuccessful()
                && (range == null || range.startsWith("bytes 0-"))) {
            fetched(access.membership().organizationId(), access.document().id());
        }
        return answer;
    }

    private synchronized void count(Key key, Uses uses) {
        if (counted.size() < MOST || counted.containsKey(key)) {
            counted.merge(key, uses, Uses::plus);
        }
    }

    private synchronized Map<Key, Uses> taken() {
        Map<Key, Uses> taken = counted;
        counted = new HashMap<>();
        return taken;
    }

    private void store() {
        Map<UUID, List<Map.Entry<Key, Uses>>> byOrganization = new HashMap<>();
        taken().entrySet()
                .forEach(entry -> byOrganization
                        .computeIfAbsent(entry.getKey().organizationId(), first -> new ArrayList<>())
                        .add(entry));
        byOrganization.forEach((organization, entries) -> {
            try {
                store(organization, entries);
            } catch (RuntimeException failure) {
                log.warn("The uses of {} documents are counted later: {}", entries.size(), failure.getMessage());
                entries.forEach(entry -> count(entry.getKey(), entry.getValue()));
            }
        });
    }

    private void store(UUID organization, List<Map.Entry<Key, Uses>> entries) {
        transactions.execute(
                TenantContext.ofOrganization(organization),
                sql -> sql.sql("SELECT count_document_uses(:documents, :views, :downloads)")
                        .param(
                                "documents",
                                entries.stream()
                                        .map(entry -> entry.getKey().documentId())
                                        .toArray(UUID[]::new))
                        .param(
                                "views",
                                entries.stream()
                                        .map(entry -> entry.getValue().views())
                                        .toArray(Integer[]::new))
                        .param(
                                "downloads",
                                entries.stream()
                                        .map(entry -> entry.getValue().downloads())
                                        .toArray(Integer[]::new))
                        .query((row, number) -> true)
                        .list());
    }

    /** Stores what is counted before the process ends. */
    @Override
    public void destroy() throws InterruptedException {
        thread.shutdown();
        if (thread.awaitTermination(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
            Steady.turn("Counting the uses of documents", this::store);
        }
    }
}
