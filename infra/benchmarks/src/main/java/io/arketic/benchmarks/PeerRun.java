package io.arketic.benchmarks;

import io.arketic.services.DatabaseAccess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Holds what one product needed to ingest a directory, and what it answered.
 *
 * @param failed files that it could not read
 * @param characters of the texts that it read, without white space
 * @param seconds from the first file to the last commit
 * @param rankings the names of the files of the hits, by question, in the order of asking
 * @param milliseconds of each search, in the order of asking
 */
record PeerRun(
        int files,
        int failed,
        long characters,
        double seconds,
        Map<String, List<String>> rankings,
        List<Double> milliseconds) {

    private static final String MAIN = "io.arketic.benchmarks.peers.PeerProcess";

    double charactersPerSecond() {
        return characters / seconds;
    }

    /** Returns the times of the second half of the searches; the first one warms up. */
    Sample warm() {
        Sample sample = new Sample();
        milliseconds.subList(milliseconds.size() / 2, milliseconds.size()).forEach(sample::add);
        return sample;
    }

    /**
     * Runs another product in a process of its own, with an empty database of its own on the server.
     *
     * @param server the server's superuser, since both products create the extension {@code vector}
     * @param library the folder with the jars of the product
     * @param model the folder with {@code model.onnx} and {@code tokenizer.json}
     * @param questions each line an id, a tab, and the text to embed
     */
    static PeerRun of(
            String product,
            DatabaseAccess server,
            Path library,
            Path model,
            String pooling,
            Path directory,
            Path questions,
            int limit)
            throws IOException, InterruptedException, SQLException {
        String name = "peer_" + UUID.randomUUID().toString().replace("-", "");
        Path measured = Files.createTempFile("peer", ".tsv");
        execute(server, "create database " + name);
        try {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx2g", "-cp"));
            command.add(library.resolveSibling("arketic-benchmarks-peers.jar") + ":" + library + "/*");
            command.addAll(List.of(
                    MAIN,
                    product,
                    model.resolve("model.onnx").toString(),
                    model.resolve("tokenizer.json").toString(),
                    pooling,
                    server.url().substring(0, server.url().lastIndexOf('/') + 1) + name,
                    server.user(),
                    directory.toString(),
                    questions.toString(),
                    String.valueOf(limit),
                    measured.toString()));
            ProcessBuilder process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT);
            process.environment().put("PEER_PASSWORD", server.password());
            int status = process.start().waitFor();
            if (status != 0) {
                throw new IOException(product + " ended with " + status);
            }
            return read(Files.readAllLines(measured, StandardCharsets.UTF_8));
        } finally {
            Files.delete(measured);
            execute(server, "drop database " + name + " with (force)");
        }
    }

    /** Reads the lines that {@code PeerProcess} describes. */
    static PeerRun read(List<String> lines) throws IOException {
        String[] ingest = lines.isEmpty() ? new String[0] : lines.get(0).split("\t");
        if (ingest.length != 5) {
            throw new IOException("no measurements: " + lines);
        }
        Map<String, List<String>> rankings = new LinkedHashMap<>();
        List<Double> milliseconds = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            List<String> answer = List.of(line.split("\t"));
            rankings.put(answer.get(1), answer.subList(3, answer.size()));
            milliseconds.add(Long.parseLong(answer.get(2)) / 1e6);
        }
        return new PeerRun(
                Integer.parseInt(ingest[1]),
                Integer.parseInt(ingest[2]),
                Long.parseLong(ingest[3]),
                Long.parseLong(ingest[4]) / 1e9,
                rankings,
                milliseconds);
    }

    private static void execute(DatabaseAccess server, String statement) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.url(), server.user(), server.password());
                Statement executed = connection.createStatement()) {
            executed.execute(statement);
        }
    }
}
