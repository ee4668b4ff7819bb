package io.arketic.cli.operate;

import java.util.List;
import java.util.Random;

/** Writes texts about machines; the same number gives the same text. */
final class SeedTexts {

    private static final List<String> PLACES = List.of(
            "Aurelia",
            "Brackwater",
            "Cindermoor",
            "Dunhaven",
            "Eastlock",
            "Fernhollow",
            "Gullpoint",
            "Harrowgate",
            "Inverlea",
            "Juniper");
    private static final List<String> TRADES = List.of("Pumps", "Cranes", "Boilers", "Turbines", "Lifts");
    private static final List<String> MACHINES =
            List.of("pump", "crane", "boiler", "turbine", "lift", "compressor", "generator", "conveyor");
    private static final List<String> PARTS =
            List.of("valve", "bearing", "gasket", "cable", "filter", "shaft", "coupling", "gauge", "seal", "bolt");
    private static final List<String> TASKS =
            List.of("inspect", "oil", "replace", "tighten", "clean", "measure", "drain", "balance");
    private static final int SENTENCES = 14;

    private SeedTexts() {}

    static String organization(int number) {
        return PLACES.get(number % PLACES.size()) + " " + TRADES.get(number / PLACES.size() % TRADES.size())
                + (number < PLACES.size() * TRADES.size() ? "" : " " + number);
    }

    static String name(int document) {
        return "manual-%06d.md".formatted(document);
    }

    static String text(String organization, int document) {
        var random = new Random(document);
        String machine = one(MACHINES, random);
        var text = new StringBuilder(
                "# Manual " + document + ": the " + machine + " of hall " + (document % 97) + "\n\n" + organization
                        + " keeps this manual for the " + machine + " with the number M-" + document + ".\n");
        for (int sentence = 0; sentence < SENTENCES; sentence++) {
            if (sentence % 5 == 0) {
                text.append("\n## Chapter ").append(sentence / 5 + 1).append("\n\n");
            }
            text.append("Every ")
                    .append(random.nextInt(2, 90))
                    .append(" days, ")
                    .append(one(TASKS, random))
                    .append(" the ")
                    .append(one(PARTS, random))
                    .append(" of the ")
                    .append(machine)
                    .append(", and write down its value; it is at most ")
                    .append(random.nextInt(5, 400))
                    .append(" millimetres. ");
        }
        return text.append('\n').toString();
    }

    private static String one(List<String> words, Random random) {
        return words.get(random.nextInt(words.size()));
    }
}
