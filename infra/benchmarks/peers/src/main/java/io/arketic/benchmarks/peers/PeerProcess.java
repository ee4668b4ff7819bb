package io.arketic.benchmarks.peers;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Ingests the files of a directory with one product, one after the other as its documentation does, and then asks the
 * questions of a file. It writes its measurements to a file, in columns that tabs separate:
 *
 * <pre>
 * ingest  files  failed  characters  nanoseconds
 * answer  question's id  nanoseconds  names of files, best first
 * </pre>
 *
 * Characters do not count white space, since products keep different amounts of it.
 */
public final class PeerProcess {

    private PeerProcess() {}

    /**
     * Measures one product.
     *
     * @param arguments the product, the model's network, vocabulary and pooling, the database's address and user, the
     *     directory, the questions (id, tab, text), how many hits, and the file to write; the environment has the password
     */
    public static void main(String[] arguments) throws Exception {
        try (HikariDataSource database = new HikariDataSource();
                PrintWriter out =
                        new PrintWriter(Files.newBufferedWriter(Path.of(arguments[9]), StandardCharsets.UTF_8))) {
            database.setJdbcUrl(arguments[4]);
            database.setUsername(arguments[5]);
            database.setPassword(System.getenv("PEER_PASSWORD"));
            Onnx onnx = Onnx.open(Path.of(arguments[1]), Path.of(arguments[2]), arguments[3]);
            Peer peer = switch (arguments[0]) {
                case "spring-ai" -> new SpringAi(onnx, database);
                case "langchain4j" -> new LangChain4j(onnx, database);
                default -> throw new IllegalArgumentException("no such product: " + arguments[0]);
            };
            out.println(ingest(peer, Path.of(arguments[6])));
            int limit = Integer.parseInt(arguments[8]);
            for (String line : Files.readAllLines(Path.of(arguments[7]))) {
                String[] question = line.split("\t", 2);
                long start = System.nanoTime();
                List<String> names = peer.search(question[1], limit);
                long took = System.nanoTime() - start;
                out.println("answer\t" + question[0] + "\t" + took + "\t" + String.join("\t", names));
            }
        }
        System.exit(0); // the model's threads are no daemons
    }

    private static String ingest(Peer peer, Path directory) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(directory)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        int failed = 0;
        long characters = 0;
        long start = System.nanoTime();
        for (Path file : files) {
            try {
                characters += peer.ingest(file)
                        .codePoints()
                        .filter(character -> !Character.isWhitespace(character))
                        .count();
            } catch (IOException e) {
                failed++;
                System.err.println(file + ": " + e.getCause());
            }
        }
        return "ingest\t" + files.size() + "\t" + failed + "\t" + characters + "\t" + (System.nanoTime() - start);
    }
}
