package io.arketic.services.judged;

import java.util.Random;

/**
 * Tests whether two runs differ by more than chance, question by question: Fisher's randomisation test, two-sided, as
 * Smucker, Allan and Carterette advise ("A Comparison of Statistical Significance Tests for Information Retrieval
 * Evaluation", 2007).
 */
public final class PairedTest {

    private static final int ROUNDS = 10_000;
    private static final long SEED = 1;

    private PairedTest() {}

    /**
     * Returns the share of random exchanges of both runs' values that differ by as much as the runs do, or more. It is
     * deterministic.
     *
     * @param before value of each question
     * @param after value of the same questions, in the same order
     */
    public static double p(double[] before, double[] after) {
        if (before.length != after.length) {
            throw new IllegalArgumentException(before.length + " values against " + after.length);
        }
        double observed = 0;
        for (int i = 0; i < before.length; i++) {
            observed += after[i] - before[i];
        }
        // Sums in another order differ in their last digits.
        double least = Math.abs(observed) - 1e-9;
        Random random = new Random(SEED);
        int asFar = 1;
        for (int round = 0; round < ROUNDS; round++) {
            double sum = 0;
            for (int i = 0; i < before.length; i++) {
                sum += random.nextBoolean() ? after[i] - before[i] : before[i] - after[i];
            }
            asFar += Math.abs(sum) >= least ? 1 : 0;
        }
        return asFar / (ROUNDS + 1.0);
    }
}
