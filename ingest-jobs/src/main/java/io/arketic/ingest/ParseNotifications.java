package io.arketic.ingest;

import java.time.Clock;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** Messages to events; what cannot be read leaves by {@link #MALFORMED}. */
final class ParseNotifications extends ProcessFunction<Notification, ObjectEvent> {

    static final OutputTag<DeadLetter> MALFORMED = new OutputTag<>("malformed", TypeInformation.of(DeadLetter.class));

    private static final long serialVersionUID = 1L;

    private transient NotificationParser parser;
    private transient Counter malformed;

    @SuppressWarnings("NullAway.Init") // made by open, on the machine that parses
    ParseNotifications() {}

    @Override
    public void open(OpenContext context) {
        parser = new NotificationParser();
        malformed = getRuntimeContext().getMetricGroup().counter("malformedEvents");
    }

    @Override
    public void processElement(Notification message, Context context, Collector<ObjectEvent> out) {
        NotificationParser.Parsed parsed = parser.parse(message.value());
        for (String problem : parsed.problems()) {
            malformed.inc();
            context.output(
                    MALFORMED,
                    new DeadLetter(
                            null,
                            null,
                            null,
                            DeadLetter.MALFORMED_EVENT,
                            problem,
                            Clock.systemUTC().instant(),
                            message));
        }
        parsed.events().forEach(out::collect);
    }
}
