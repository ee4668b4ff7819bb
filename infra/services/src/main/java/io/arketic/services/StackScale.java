package io.arketic.services;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Holds how many processes of each kind a stack has. The next {@code up} starts as many, until other numbers are chosen or
 * exported.
 *
 * @param variables of these numbers; others are left out
 */
public record StackScale(Map<String, String> variables) {

    public static final String API_PROCESSES = "ARKETIC_API_PROCESSES";
    public static final String TASK_MANAGERS = "ARKETIC_FLINK_TASKMANAGERS";

    static final int MOST_API_PROCESSES = 8;
    static final int MOST_TASK_MANAGERS = 16;

    public StackScale {
        Map<String, String> numbers = new TreeMap<>(variables);
        numbers.keySet().retainAll(List.of(API_PROCESSES, TASK_MANAGERS));
        variables = Map.copyOf(numbers);
    }

    /** Returns the choice of the last start. */
    public static StackScale of(Path state) {
        Path file = file(state);
        try {
            List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
            return new StackScale(lines.stream()
                    .map(line -> line.split("=", 2))
                    .filter(setting -> setting.length == 2)
                    .collect(Collectors.toMap(setting -> setting[0], setting -> setting[1])));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }

    /**
     * Returns these numbers with another one.
     *
     * @throws IllegalArgumentException naming the variable if there cannot be as many
     */
    public StackScale with(String variable, int number) {
        Map<String, String> changed = new TreeMap<>(variables);
        changed.put(variable, String.valueOf(number));
        StackScale scale = new StackScale(changed);
        scale.apiProcesses();
        scale.taskManagers();
        return scale;
    }

    /** Keeps the choice for this and later starts. */
    public void save(Path state) throws IOException {
        Files.createDirectories(state);
        Files.write(
                file(state),
                new TreeMap<>(variables)
                        .entrySet().stream()
                                .map(setting -> setting.getKey() + "=" + setting.getValue())
                                .toList());
    }

    int apiProcesses() {
        return number(API_PROCESSES, MOST_API_PROCESSES);
    }

    int taskManagers() {
        return number(TASK_MANAGERS, MOST_TASK_MANAGERS);
    }

    private int number(String variable, int most) {
        String value = variables.get(variable);
        try {
            int number = value == null ? 1 : Integer.parseInt(value.strip());
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Reported below, with the name of the variable.
        }
        throw new IllegalArgumentException(variable + " must be a number from 1 to " + most + ": " + value);
    }

    private static Path file(Path state) {
        return state.resolve("scale");
    }
}
