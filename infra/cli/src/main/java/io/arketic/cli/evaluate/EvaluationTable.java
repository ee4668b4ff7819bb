package io.arketic.cli.evaluate;

import io.arketic.cli.evaluate.EvaluationRun.Difference;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Formats a run as a table in Markdown, each measure with its difference from the last run. */
final class EvaluationTable {

    private EvaluationTable() {}

    static List<String> of(EvaluationRun run, @Nullable EvaluationRun earlier) {
        List<String> lines = new ArrayList<>();
        StringBuilder head = new StringBuilder("| mode | questions |");
        StringBuilder rule = new StringBuilder("|---|---|");
        for (Measure measure : Measure.values()) {
            head.append(' ').append(measure.label()).append(" |");
            rule.append("---|");
        }
        lines.add(head.toString());
        lines.add(rule.toString());
        for (String mode : run.modes().keySet()) {
            StringBuilder row = new StringBuilder("| " + mode + " | ")
                    .append(run.questions(mode))
                    .append(" |");
            for (Measure measure : Measure.values()) {
                row.append(String.format(Locale.ROOT, " %.4f", measure.of(run.average(mode))))
                        .append(difference(earlier == null ? null : run.against(earlier, mode, measure)))
                        .append(" |");
            }
            lines.add(row.toString());
        }
        return lines;
    }

    private static String difference(@Nullable Difference difference) {
        return difference == null
                ? ""
                : String.format(Locale.ROOT, " (%+.4f, p %.3f)", difference.by(), difference.p());
    }
}
