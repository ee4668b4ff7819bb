package io.arketic.ingest;

import io.arketic.ingest.flow.DatabaseDriver;
import io.arketic.ingest.reindex.ReindexOutcome;
import io.arketic.ingest.settings.ReindexSettings;
import io.arketic.schema.tenancy.DatabaseSettings;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * Fills the generations of knowledge bases beside the live ones, and updates those that a rollback may need. It runs
 * until it is cancelled. All its state is in the database: after a kill, it continues at its last commit.
 */
public final class ReindexJob {

    static final String NAME = "arketic-reindex";

    private ReindexJob() {}

    /** Reads the settings from the environment of the running process, the JobManager. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length > 0) {
            throw new IllegalArgumentException("there are no arguments");
        }
        ReindexSettings settings = ReindexSettings.from(System.getenv());
        DatabaseSettings.requireKnownServer(settings.database().url());
        DatabaseDriver.forget(); // the address's parser has registered it
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration(settings));
        build(environment, settings);
        environment.execute(NAME);
    }

    static Configuration configuration(ReindexSettings settings) {
        return IngestJob.flink().set(CoreOptions.DEFAULT_PARALLELISM, settings.parallelism());
    }

    /** Adds the job's operators to {@code environment}. */
    static void build(StreamExecutionEnvironment environment, ReindexSettings settings) {
        environment
                .fromSource(
                        new ReindexSource(settings),
                        WatermarkStrategy.noWatermarks(),
                        "reindex",
                        TypeInformation.of(ReindexOutcome.class))
                .uid("reindex")
                .sinkTo(new DiscardingSink<>())
                .name("outcomes")
                .uid("reindex-outcomes");
    }
}
