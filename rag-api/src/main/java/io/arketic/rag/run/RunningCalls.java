package io.arketic.rag.run;

import io.arketic.rag.attendance.Cancellation;
import io.arketic.rag.deployment.DatabaseSignals;
import io.arketic.rag.deployment.Transactions;
import io.arketic.schema.tenancy.TenantContext;
import jakarta.annotation.PreDestroy;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Holds the calls of steps that are under way in this process, and cancels those of a run that ends. */
@Component
class RunningCalls {

    private static final Logger log = LoggerFactory.getLogger(RunningCalls.class);

    private final Transactions transactions;
    private final ExecutionRows rows;
    private final Set<Running> running = ConcurrentHashMap.newKeySet();
    private final ExecutorService looks = Executors.newSingleThreadExecutor(task -> new Thread(task, "running-calls"));

    RunningCalls(Transactions transactions, ExecutionRows rows, DatabaseSignals signals) {
        this.transactions = transactions;
        this.rows = rows;
        signals.subscribe("arketic_execution", this::changed);
        signals.whenConnected(() -> running.forEach(this::lookAside));
    }

    /** A call, from before its beginning is stored until its outcome is known. */
    final class Running implements AutoCloseable {

        private final ExecutionRow execution;
        private final Cancellation cancellation = new Cancellation();

        private Running(ExecutionRow execution) {
            this.execution = execution;
        }

        Cancellation cancellation() {
            return cancellation;
        }

        @Override
        public void close() {
            running.remove(this);
        }
    }

    Running begin(ExecutionRow execution) {
        Running begun = new Running(execution);
        running.add(begun);
        return begun;
    }

    private void changed(String execution) {
        running.stream()
                .filter(call -> call.execution.id().equals(UUID.fromString(execution)))
                .forEach(this::lookAside);
    }

    private void lookAside(Running call) {
        looks.execute(() -> {
            try {
                look(call);
            } catch (RuntimeException failure) {
                log.warn("Could not look whether the run of a call has ended", failure);
            }
        });
    }

    private void look(Running call) {
        boolean goesOn = transactions
                .run(
                        TenantContext.ofOrganization(call.execution.organizationId()),
                        sql -> rows.find(sql, call.execution.id()))
                .filter(execution -> !execution.ended())
                .isPresent();
        if (!goesOn) {
            call.cancellation.cancel();
        }
    }

    @PreDestroy
    void close() {
        looks.shutdownNow();
    }
}
