package io.arketic.rag.attendance;

import java.util.Map;
import org.slf4j.MDC;

/** What the log and the audit log know of a request, for work that goes on in another thread. */
public final class RequestLog {

    private RequestLog() {}

    /** {@code work} under the id of the request that this thread serves. */
    public static Runnable carried(Runnable work) {
        Map<String, String> known = MDC.getCopyOfContextMap();
        if (known == null) {
            return work;
        }
        return () -> {
            MDC.setContextMap(known);
            try {
                work.run();
            } finally {
                MDC.clear();
            }
        };
    }
}
