package io.arketic.rag.attendance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class AttendanceTest {

    private final AtomicBoolean gone = new AtomicBoolean();
    private final List<String> done = new ArrayList<>();
    private final Cancellation cancellation = new Cancellation();
    private final Attendance attendance = new Attendance(gone::get, cancellation, new ArrayList<>());

    AttendanceTest() {
        cancellation.onCancel(() -> done.add("closed"));
    }

    /** Checks that an answer ends within a look's pause and the time to close a connection. */
    @Test
    void theFirstLookAfterACallerLeftClosesTheConnectionToTheModel() {
        attendance.look();
        assertThat(done).isEmpty();
        gone.set(true);
        attendance.look();
        attendance.look();
        assertThat(done).containsExactly("closed");
        assertThat(AttendedWork.LOOK).isLessThan(Duration.ofMillis(500));
    }

    @Test
    void noLookFollowsTheAnswersEnd() {
        attendance.close();
        gone.set(true);
        attendance.look();
        assertThat(cancellation.isCancelled()).isFalse();
    }
}
