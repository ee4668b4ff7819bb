package io.arketic.cli.evaluate;

import io.arketic.cli.terminal.CommandException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Parses what a generation must reach on judged questions before it goes live, such as {@code ndcg@10 >= live - 0.005}
 * or {@code recall@10 >= 0.8}.
 */
public final class ActivationRule {

    private static final Pattern FORM = Pattern.compile(
            "\\s*(\\S+?)\\s*(>=|>)\\s*(?:(live)\\s*(?:([+-])\\s*([0-9]*\\.?[0-9]+))?|([0-9]*\\.?[0-9]+))\\s*");

    private final Measure measure;
    private final boolean strict;
    private final boolean live;
    private final double value;

    private ActivationRule(Measure measure, boolean strict, boolean live, double value) {
        this.measure = measure;
        this.strict = strict;
        this.live = live;
        this.value = value;
    }

    /** @throws CommandException where it is no such rule */
    public static ActivationRule parse(String text) {
        Matcher form = FORM.matcher(text);
        // A comparison of generations tells the first ten documents only.
        Measure measure = form.matches()
                ? Measure.labelled(form.group(1))
                        .filter(one -> one != Measure.RECALL_100)
                        .orElse(null)
                : null;
        if (measure == null) {
            throw CommandException.unusable(
                    "--activate-if must be like \"ndcg@10 >= live\" or \"ndcg@10 >= live - 0.005\", with "
                            + Stream.of(Measure.NDCG_10, Measure.RECALL_10, Measure.MRR)
                                    .map(Measure::label)
                                    .collect(Collectors.joining(", ")));
        }
        boolean live = form.group(3) != null;
        String number = live ? form.group(5) : form.group(6);
        double value = number == null ? 0 : Double.parseDouble(number);
        return new ActivationRule(measure, form.group(2).equals(">"), live, "-".equals(form.group(4)) ? -value : value);
    }

    boolean allows(GenerationJudgement judgement) {
        double candidate = measure.of(judgement.candidate());
        double least = live ? measure.of(judgement.live()) + value : value;
        // Sums of the same values in another order differ in their last digits.
        return strict ? candidate > least + 1e-9 : candidate >= least - 1e-9;
    }

    String describe(GenerationJudgement judgement) {
        return String.format(
                Locale.ROOT,
                "%s: live %.4f, candidate %.4f over %d questions (p %.3f)",
                measure.label(),
                measure.of(judgement.live()),
                measure.of(judgement.candidate()),
                judgement.questions(),
                judgement.p(measure));
    }
}
