package io.arketic.cli.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.cli.api.ServerSentEvents.Event;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ServerSentEventsTest {

    private final List<Event> events = new ArrayList<>();
    private final ServerSentEvents reader = new ServerSentEvents(events::add);

    @Test
    void anEmptyLineEndsAnEvent() {
        read("event:token", "data:{\"text\":\"a\"}", "", "event: token", "data: b", "");
        assertThat(events).containsExactly(new Event("token", "{\"text\":\"a\"}"), new Event("token", "b"));
    }

    @Test
    void dataOfSeveralLinesIsJoined() {
        read("data:a", "data:", "data: b", "");
        assertThat(events).containsExactly(new Event("message", "a\n\nb"));
    }

    @Test
    void commentsAndEventsWithoutDataAreNothing() {
        read(":keep-alive", "", "event:ping", "", "id:7", "retry:10", "");
        assertThat(events).isEmpty();
    }

    private void read(String... lines) {
        for (String line : lines) {
            reader.line(line);
        }
    }
}
