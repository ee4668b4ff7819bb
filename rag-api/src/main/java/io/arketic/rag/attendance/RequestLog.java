package io.arketic.rag.attendance;

import java.util.Map;
import org.slf4j.MDC;

/** Carries the log context of a request into work in another thread. */
public final class RequestLog {

    private RequestLog() {}

    /** Wraps {@code work} with the id of the current request. */
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
