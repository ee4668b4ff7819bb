package io.arketic.rag.execution;

import io.arketic.rag.bulkhead.Bulkheads;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.caller.OpenCredentials;
import io.arketic.rag.deployment.DatabaseSignals;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.live.EventStream;
import io.arketic.rag.live.OpenStreams;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.OffsetDateTime;
import java.util.List;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Streams the events of runs. */
@Component
class ExecutionStreams {

    private static final int THREADS = 2;
    private static final int BATCH = 100;
    private static final int MOST = 1000;
    private static final int MOST_OF_ONE = 250;

    private final Transactions transactions;
    private final Executions executions;
    private final JsonMapper json;
    private final OpenStreams streams;

    ExecutionStreams(
            Transactions transactions,
            Executions executions,
            OpenCredentials credentials,
            DatabaseSignals signals,
            Bulkheads bulkheads,
            JsonMapper json) {
        this.transactions = transactions;
        this.executions = executions;
        this.json = json;
        this.streams = new OpenStreams(
                "run",
                THREADS,
                "arketic_execution",
                bulkheads.bulkhead("run-streams", MOST),
                MOST_OF_ONE,
                credentials,
                signals,
                this::catchUp,
                ended -> {});
    }

    /** Returns the events after a number, the oldest first. */
    List<ExecutionEvent> after(ExecutionAccess access, long number, int limit) {
        return transactions.run(
                access.membership().context(),
                sql -> sql.sql("""
                        SELECT number, type, step, status, occurred_at FROM workflow_events
                        WHERE execution_id = :execution AND number > :after ORDER BY number LIMIT :limit""")
                        .param("execution", access.whole().id())
                        .param("after", number)
                        .param("limit", limit)
                        .query((row, at) -> new ExecutionEvent(
                                row.getLong("number"),
                                row.getString("type"),
                                row.getString("step"),
                                row.getString("status"),
                                row.getObject("occurred_at", OffsetDateTime.class)
                                        .toInstant()))
                        .list());
    }

    /** Answers the request with a stream of the events after {@code last}. The stream ends with the run. */
    void open(
            HttpServletRequest request, HttpServletResponse response, Caller caller, ExecutionAccess access, long last)
            throws IOException {
        streams.open(
                request,
                response,
                new EventStream(access.whole().id(), caller, json, last),
                access.membership().organizationId());
    }

    private void catchUp(EventStream stream) {
        while (!stream.isGone()) {
            ExecutionAccess access = executions.require(stream.caller(), stream.subject());
            List<ExecutionEvent> events = after(access, stream.last(), BATCH);
            for (ExecutionEvent event : events) {
                if (!stream.send(event.type(), event.number(), event)) {
                    return;
                }
            }
            if (events.size() < BATCH) {
                if (access.ended()) {
                    stream.end();
                }
                return;
            }
        }
    }

    @EventListener(ContextClosedEvent.class)
    void close() {
        streams.close();
    }
}
