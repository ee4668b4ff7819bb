package io.arketic.ingest.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.arketic.ingest.lease.Dispatcher.Assignment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tests who gets which work, without a cluster. */
class DispatcherTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Shelf shelf = new Shelf();
    private final Dispatcher<String> dispatcher = new Dispatcher<>(wake -> shelf, () -> {});

    @Test
    void aFileOfAnotherTenantGoesNextHoweverManyWait() throws Exception {
        shelf.add("a", 5_000);
        join(0, 2);
        assertThat(round()).containsExactly("a-0");
        shelf.add("b", 1);
        assertThat(round()).containsExactly("b-0");
    }

    @Test
    void oneTenantNeverHasAllPlacesOfAReader() throws Exception {
        shelf.add("a", 20);
        join(0, 4);
        join(1, 4);

        assertThat(round()).hasSize(6);
        assertThat(round()).isEmpty();
        shelf.add("b", 1);
        assertThat(round()).containsExactly("b-0");
    }

    @Test
    void aReaderWithOnePlaceWorksForAnyTenant() throws Exception {
        shelf.add("a", 3);
        join(0, 1);

        assertThat(round()).containsExactly("a-0");
    }

    @Test
    void readersShareTheWork() throws Exception {
        shelf.add("a", 100);
        shelf.add("b", 100);
        join(0, 5);
        join(1, 5);

        List<Assignment<String>> given = dispatcher.round().assignments();

        assertThat(given).hasSize(10);
        assertThat(given.stream().filter(one -> one.reader() == 0)).hasSize(5);
    }

    @Test
    void whatTakesLongIsChargedInFull() throws Exception {
        shelf.add("slow", 100);
        shelf.add("quick", 100);
        join(0, 1);
        int slow = 0;
        for (int i = 0; i < 66; i++) {
            Assignment<String> one = dispatcher.round().assignments().get(0);
            boolean isSlow = one.lease().work().startsWith("slow");
            slow += isSlow ? 1 : 0;
            end(one, isSlow ? 10 * SECOND : SECOND);
            dispatcher.asked(0, 1);
        }
        assertThat(slow).isBetween(5, 8);
    }

    @Test
    void aTenantThatRestedSavesUpNothing() throws Exception {
        join(0, 1);
        shelf.add("rested", 1);
        next(SECOND);
        shelf.add("busy", 100);
        for (int i = 0; i < 50; i++) {
            next(SECOND);
        }
        shelf.add("rested", 20);
        List<String> took = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            took.add(next(SECOND));
        }
        assertThat(took.stream().filter(work -> work.startsWith("busy")).count())
                .isBetween(4L, 6L);
    }

    @Test
    void whatALostReaderHadIsGivenBackAtOnceAndItsLateEndsCountForNothing() throws Exception {
        shelf.add("a", 1);
        join(0, 2);
        Assignment<String> slept = dispatcher.round().assignments().get(0);

        dispatcher.lost(0);
        assertThat(round()).isEmpty();
        assertThat(shelf.kept).isEmpty();

        shelf.add("a", 1);
        join(1, 2);
        Assignment<String> next = dispatcher.round().assignments().get(0);
        end(slept, SECOND);
        dispatcher.round();
        assertThat(shelf.done).isEmpty();
        end(next, SECOND);
        dispatcher.round();
        assertThat(shelf.done).containsExactly(next.lease().work());
    }

    @Test
    void aReaderThatComesBackHasNothingOfItsFormerLife() throws Exception {
        shelf.add("a", 1);
        join(0, 3);
        round();

        dispatcher.came(0);
        shelf.add("b", 5);

        assertThat(round()).as("it has not asked").isEmpty();
        assertThat(shelf.kept).isEmpty();
        dispatcher.asked(0, 1);
        assertThat(round()).hasSize(1);
    }

    @Test
    void whatAnotherTookMeanwhileIsNotAssigned() throws Exception {
        shelf.add("a", 2);
        shelf.takenByOthers.add("a-0");
        join(0, 3);

        assertThat(round()).containsExactly("a-1");
    }

    @Test
    void permanentWorkTakesNoPlaceAndMovesToAnotherReader() throws Exception {
        shelf.permanent = Optional.of("watch");
        shelf.add("a", 1);
        join(0, 2);
        assertThat(round()).containsExactly("watch", "a-0");

        join(1, 2);
        assertThat(round()).isEmpty();
        dispatcher.lost(0);
        List<Assignment<String>> moved = dispatcher.round().assignments();
        assertThat(moved).hasSize(1);
        assertThat(moved.get(0).reader()).isEqualTo(1);
        assertThat(moved.get(0).lease().work()).isEqualTo("watch");
    }

    @Test
    void theEndComesWhenAllWorkIsDone() throws Exception {
        shelf.add("a", 1);
        shelf.ends = true;
        join(0, 2);
        Dispatcher.Round<String> last = dispatcher.round();
        assertThat(last.exhausted()).isFalse();

        shelf.settled = true;

        assertThat(dispatcher.round().exhausted()).isTrue();
    }

    @Test
    void afterTheEndNothingIsLeasedAndWhatReadersHaveIsKept() throws Exception {
        shelf.add("a", 1);
        shelf.add("b", 1);
        join(0, 1);
        join(1, 1);
        List<Assignment<String>> last = dispatcher.round().assignments();
        assertThat(last).hasSize(2);
        shelf.add("c", 5);
        dispatcher.asked(0, 1);
        shelf.ends = true;
        shelf.settled = true;

        Dispatcher.Round<String> over = dispatcher.round();

        assertThat(over.exhausted()).isTrue();
        assertThat(over.assignments()).isEmpty();
        shelf.settled = false;
        dispatcher.lost(last.get(0).reader());
        assertThat(dispatcher.round().exhausted()).as("it stays over").isTrue();
        assertThat(shelf.kept).containsExactly(last.get(1).lease().work());
    }

    @Test
    void afterAFailureOfTheQueueNothingIsLost() throws Exception {
        shelf.add("a", 1);
        join(0, 2);
        shelf.broken = true;
        assertThatIllegalStateException().isThrownBy(dispatcher::round);
        assertThatIllegalStateException().isThrownBy(dispatcher::round);

        shelf.broken = false;

        assertThat(round()).containsExactly("a-0");
    }

    @Test
    void permanentWorkIsNotLostWhenTheQueueFails() throws Exception {
        shelf.permanent = Optional.of("watch");
        shelf.unreadable = true;
        join(0, 2);
        assertThatIllegalStateException().isThrownBy(dispatcher::round);

        shelf.unreadable = false;

        assertThat(round()).containsExactly("watch");
    }

    @Test
    void theOldestWorkGrowsOlderAlsoWhileTheQueueFails() throws Exception {
        assertThat(dispatcher.oldest()).isZero();
        shelf.oldest = Duration.ofMinutes(5);
        dispatcher.round();
        shelf.unreadable = true;
        join(0, 1);
        assertThatIllegalStateException().isThrownBy(dispatcher::round);

        assertThat(dispatcher.oldest()).isGreaterThan(Duration.ofMinutes(5));
    }

    private void join(int reader, int places) {
        dispatcher.came(reader);
        for (int place = 0; place < places; place++) {
            dispatcher.asked(reader, 1);
        }
    }

    private List<String> round() throws Exception {
        return dispatcher.round().assignments().stream()
                .map(assignment -> assignment.lease().work())
                .toList();
    }

    /** Gives the next work to reader 0 and ends it. */
    private String next(long tookNanos) throws Exception {
        Assignment<String> one = dispatcher.round().assignments().get(0);
        end(one, tookNanos);
        dispatcher.asked(0, 1);
        return one.lease().work();
    }

    private void end(Assignment<String> one, long tookNanos) {
        dispatcher.ended(one.reader(), one.lease().number(), tookNanos);
    }

    /** Keeps work in memory. */
    private static final class Shelf implements WorkQueue<String> {

        private final Map<String, List<String>> waiting = new LinkedHashMap<>();
        private final Map<String, Integer> added = new LinkedHashMap<>();
        private final Set<String> takenByOthers = new LinkedHashSet<>();
        private final List<String> done = new ArrayList<>();
        private Collection<String> kept = List.of("nothing was said yet");
        private Optional<String> permanent = Optional.empty();
        private boolean ends;
        private Duration oldest = Duration.ZERO;
        private boolean settled;
        private boolean broken;
        private boolean unreadable;

        void add(String tenant, int works) {
            for (int i = 0; i < works; i++) {
                int number = added.merge(tenant, 1, Integer::sum) - 1;
                waiting.computeIfAbsent(tenant, name -> new ArrayList<>()).add(tenant + "-" + number);
            }
        }

        @Override
        public List<Offer<String>> offers(int ofEach, Collection<String> leased) {
            if (unreadable) {
                throw new IllegalStateException("unreadable");
            }
            List<Offer<String>> offers = new ArrayList<>();
            waiting.forEach((tenant, works) ->
                    works.stream().limit(ofEach).forEach(work -> offers.add(new Offer<>(tenant, 1_000, work))));
            return offers;
        }

        @Override
        public Map<String, String> take(List<String> offered) {
            if (broken) {
                throw new IllegalStateException("broken");
            }
            Map<String, String> taken = new LinkedHashMap<>();
            for (String work : offered) {
                waiting.values().forEach(works -> works.remove(work));
                if (!takenByOthers.contains(work)) {
                    taken.put(work, work);
                }
            }
            return taken;
        }

        @Override
        public void keep(Collection<String> leased) {
            kept = List.copyOf(leased);
        }

        @Override
        public Optional<String> permanent() {
            return permanent;
        }

        @Override
        public boolean exhausted() {
            return ends && settled;
        }

        @Override
        public Duration oldest() {
            return oldest;
        }

        @Override
        public void done(String work) {
            done.add(work);
        }

        @Override
        public void close() {}
    }
}
