package io.arketic.ingest;

import io.arketic.ingest.deadletter.DeadLetter;
import io.arketic.ingest.deadletter.DeadLetterSchema;
import io.arketic.ingest.event.Notification;
import io.arketic.ingest.event.ObjectEvent;
import io.arketic.ingest.flow.DatabaseDriver;
import io.arketic.ingest.flow.SinkWithoutCommitter;
import io.arketic.ingest.notification.NotificationSource;
import io.arketic.ingest.object.IngestOutcome;
import io.arketic.ingest.object.ObjectStore;
import io.arketic.ingest.settings.IngestSettings;
import io.arketic.ingest.settings.KafkaSettings;
import io.arketic.ingest.settings.Topics;
import io.arketic.schema.tenancy.DatabaseSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.jspecify.annotations.Nullable;

/**
 * Ingests objects from the bucket to committed chunks. Events only mark objects in the database, whose queue is
 * leased to readers on all TaskManagers. Its checkpoints hold offsets of events; the ledger has the state of each object.
 *
 * <p>With {@code --bounded} it ingests what the bucket holds now and ends; otherwise it runs until it is cancelled.
 */
public final class IngestJob {

    static final String NAME = "arketic-ingest";
    static final String GROUP = "arketic-ingest";

    private final IngestSettings settings;
    private final @Nullable Source<Notification, ?, ?> notifications;
    private final Boundedness boundedness;
    private final Sink<IngestOutcome> outcomes;
    private final Sink<DeadLetter> malformed;

    /**
     * Joins the parts of the job.
     *
     * @param notifications null for a job that only lists
     * @param boundedness whether it lists once and ends, or goes on
     * @param malformed where messages go that cannot be read
     */
    IngestJob(
            IngestSettings settings,
            @Nullable Source<Notification, ?, ?> notifications,
            Boundedness boundedness,
            Sink<IngestOutcome> outcomes,
            Sink<DeadLetter> malformed) {
        this.settings = settings;
        this.notifications = notifications;
        this.boundedness = boundedness;
        this.outcomes = outcomes;
        this.malformed = malformed;
    }

    /** Reads the settings from the environment of the running process, the JobManager. */
    public static void main(String[] arguments) throws Exception {
        boolean bounded = bounded(arguments);
        IngestSettings settings = IngestSettings.from(System.getenv());
        DatabaseSettings.requireKnownServer(settings.database().url());
        DatabaseDriver.forget(); // the address's parser has registered it
        Topics.create(settings.kafka());
        try (ObjectStore store = new ObjectStore(settings.store())) {
            store.makeBucket(settings.store().bucket());
        }
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration(settings));
        IngestJob job = new IngestJob(
                settings,
                bounded ? null : notifications(settings),
                bounded ? Boundedness.BOUNDED : Boundedness.CONTINUOUS_UNBOUNDED,
                new DiscardingSink<>(),
                deadLetters(settings));
        job.build(environment);
        environment.execute(bounded ? NAME + "-bounded" : NAME);
    }

    /** Adds the job's operators to {@code environment}. */
    void build(StreamExecutionEnvironment environment) {
        if (notifications != null) {
            parsed(environment, notifications)
                    .sinkTo(new IngestMarkSink(settings))
                    .name("mark objects")
                    .uid("mark-objects");
        }
        environment
                .fromSource(
                        new IngestSource(settings, boundedness),
                        WatermarkStrategy.noWatermarks(),
                        "ingest",
                        TypeInformation.of(IngestOutcome.class))
                .uid("ingest-objects")
                .process(new OutcomeMetrics())
                .returns(TypeInformation.of(IngestOutcome.class))
                .name("count outcomes")
                .uid("count-outcomes")
                .sinkTo(outcomes)
                .name("outcomes")
                .uid("outcomes");
    }

    private DataStream<ObjectEvent> parsed(StreamExecutionEnvironment environment, Source<Notification, ?, ?> source) {
        SingleOutputStreamOperator<ObjectEvent> parsed = environment
                .fromSource(
                        source,
                        WatermarkStrategy.noWatermarks(),
                        "notifications",
                        TypeInformation.of(Notification.class))
                .uid("notifications")
                .process(new ParseNotifications())
                .returns(TypeInformation.of(ObjectEvent.class))
                .name("parse notifications")
                .uid("parse-notifications");
        parsed.getSideOutput(ParseNotifications.MALFORMED)
                .sinkTo(malformed)
                .name("malformed notifications")
                .uid("malformed-notifications");
        return parsed;
    }

    static Configuration configuration(IngestSettings settings) {
        return flink().set(CoreOptions.DEFAULT_PARALLELISM, settings.parallelism());
    }

    /** Returns the Flink settings that the product's jobs need, whatever the cluster's defaults. */
    static Configuration flink() {
        Configuration flink = new Configuration();
        flink.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.STREAMING);
        flink.set(PipelineOptions.GENERIC_TYPES, false);
        flink.set(PipelineOptions.OBJECT_REUSE, true);
        flink.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(5));
        flink.set(CheckpointingOptions.MIN_PAUSE_BETWEEN_CHECKPOINTS, Duration.ofSeconds(1));
        flink.set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, Duration.ofMinutes(10));
        flink.set(CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.EXACTLY_ONCE);
        // A barrier that waits behind events overtakes them, and the checkpoint holds those: they are small.
        flink.set(CheckpointingOptions.ENABLE_UNALIGNED, true);
        flink.set(CheckpointingOptions.ALIGNED_CHECKPOINT_TIMEOUT, Duration.ofSeconds(5));
        flink.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, 100);
        flink.set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, 3);
        flink.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.DELETE_ON_CANCELLATION);
        flink.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
        flink.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF, Duration.ofSeconds(1));
        flink.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF, Duration.ofSeconds(30));
        flink.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_RESET_BACKOFF_THRESHOLD,
                Duration.ofMinutes(5));
        return flink;
    }

    static Source<Notification, ?, ?> notifications(IngestSettings settings) {
        return new NotificationSource(settings.kafka(), GROUP);
    }

    static Sink<DeadLetter> deadLetters(IngestSettings settings) {
        return new SinkWithoutCommitter<>(KafkaSink.<DeadLetter>builder()
                .setKafkaProducerConfig(properties(settings.kafka()))
                .setRecordSerializer(new DeadLetterSchema(IngestSettings.DEAD_LETTERS_TOPIC))
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .build());
    }

    private static Properties properties(KafkaSettings kafka) {
        Properties properties = new Properties();
        properties.putAll(kafka.client());
        return properties;
    }

    private static boolean bounded(String[] arguments) {
        List<String> given = Arrays.asList(arguments);
        if (given.isEmpty()) {
            return false;
        }
        if (given.equals(List.of("--bounded"))) {
            return true;
        }
        throw new IllegalArgumentException("the only argument is --bounded, not " + given);
    }
}
