package io.arketic.cli.evaluate;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Draws a run as bars in SVG, one group for each measure; a line across each bar shows the last run. */
final class EvaluationPlot {

    private static final int HEIGHT = 240;
    private static final int TOP = 30;
    private static final int LEFT = 40;
    private static final int BAR = 34;
    private static final int GAP = 40;
    private static final List<String> COLOURS = List.of("#8da0cb", "#fc8d62", "#66c2a5");

    private EvaluationPlot() {}

    static String of(String title, EvaluationRun run, @Nullable EvaluationRun earlier) {
        List<String> modes = List.copyOf(run.modes().keySet());
        int group = modes.size() * BAR + GAP;
        int width = LEFT + Measure.values().length * group;
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"11\">%n",
                width,
                TOP + HEIGHT + 60));
        text(svg, LEFT, 16, title);
        for (int tick = 0; tick <= 10; tick += 2) {
            double y = y(tick / 10.0);
            line(svg, LEFT, width, y, "#ddd");
            text(svg, 8, y + 4, String.format(Locale.ROOT, "%.1f", tick / 10.0));
        }
        for (Measure measure : Measure.values()) {
            int x = LEFT + measure.ordinal() * group;
            for (int i = 0; i < modes.size(); i++) {
                bar(svg, x + i * BAR, measure.of(run.average(modes.get(i))), colour(i));
                if (earlier != null && earlier.questions(modes.get(i)) > 0) {
                    double before = y(measure.of(earlier.average(modes.get(i))));
                    line(svg, x + i * BAR, x + i * BAR + BAR - 4, before, "#000");
                }
            }
            text(svg, x, TOP + HEIGHT + 16, measure.label());
        }
        for (int i = 0; i < modes.size(); i++) {
            int x = LEFT + i * 90;
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%d\" y=\"%d\" width=\"10\" height=\"10\" fill=\"%s\"/>%n",
                    x,
                    TOP + HEIGHT + 32,
                    colour(i)));
            text(svg, x + 14, TOP + HEIGHT + 41, modes.get(i));
        }
        return svg.append("</svg>\n").toString();
    }

    private static void bar(StringBuilder svg, int x, double value, String colour) {
        svg.append(String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%.1f\" fill=\"%s\"/>%n",
                x,
                y(value),
                BAR - 4,
                value * HEIGHT,
                colour));
        text(svg, x, y(value) - 3, String.format(Locale.ROOT, "%.3f", value));
    }

    private static void line(StringBuilder svg, double from, double to, double y, String colour) {
        svg.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>%n",
                from,
                to,
                y,
                y,
                colour));
    }

    private static void text(StringBuilder svg, double x, double y, String text) {
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\">%s</text>%n",
                x,
                y,
                text.replace("&", "&amp;").replace("<", "&lt;")));
    }

    private static double y(double value) {
        return TOP + HEIGHT * (1 - value);
    }

    private static String colour(int mode) {
        return COLOURS.get(mode % COLOURS.size());
    }
}
