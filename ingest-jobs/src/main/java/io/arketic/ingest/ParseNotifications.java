package io.arketic.ingest;

import io.arketic.ingest.deadletter.DeadLetter;
import io.arketic.ingest.event.Notification;
import io.arketic.ingest.event.NotificationParser;
import io.arketic.ingest.event.ObjectEvent;
import java.time.Clock;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** Turns messages into events; unreadable parts leave by {@link #MALFORMED}, one letter for each message. */
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
        if (!parsed.problems().isEmpty()) {
            malformed.inc(parsed.problems().size());
            context.output(
                    MALFORMED,
                    DeadLetter.malformed(
                            message, parsed.problems(), Clock.systemUTC().instant()));
        }
        parsed.events().forEach(out::collect);
    }
}
