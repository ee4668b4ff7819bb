package io.arketic.rag.run;

import io.arketic.embeddings.SettingValue;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What one organization's workflows may take.
 *
 * @param runs under way at once; others wait, those that wait themselves do not count
 * @param stepsPerDay begun on one day, in UTC
 * @param threads of this process that work on what is due, for all organizations
 */
@ConfigurationProperties("arketic.workflow")
record RunLimits(
        @DefaultValue("50") int runs,
        @DefaultValue("100000") int stepsPerDay,
        @DefaultValue("16") int threads) {

    /** Of eight threads five call out; the others are left for what is short and on time. */
    private static final int EIGHTHS_THAT_CALL = 5;

    RunLimits {
        SettingValue.atLeast("arketic.workflow.runs", runs, 1);
        SettingValue.atLeast("arketic.workflow.steps-per-day", stepsPerDay, 1);
        SettingValue.atLeast("arketic.workflow.threads", threads, 1);
    }

    /** Returns how many of the threads may wait for something beyond the database at once. */
    int callingThreads() {
        return Math.max(1, threads * EIGHTHS_THAT_CALL / 8);
    }
}
