package io.arketic.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Holds measured values of one thing. */
final class Sample {

    private final List<Double> values = new ArrayList<>();

    void add(double value) {
        values.add(value);
    }

    List<Double> values() {
        return List.copyOf(values);
    }

    int size() {
        return values.size();
    }

    double median() {
        return quantile(0.5);
    }

    double max() {
        return Collections.max(values);
    }

    /** Returns the least value that the given share of all values does not exceed. */
    double quantile(double share) {
        if (values.isEmpty()) {
            throw new IllegalStateException("nothing was measured");
        }
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        int rank = (int) Math.ceil(share * sorted.size());
        return sorted.get(Math.max(0, rank - 1));
    }
}
