package io.arketic.extractors.worker;

import io.arketic.extractors.protocol.Recognition;
import io.arketic.extractors.protocol.WorkerProtocol;
import io.arketic.extractors.protocol.WorkerProtocol.Answer;
import io.arketic.extractors.protocol.WorkerProtocol.FromParent;
import io.arketic.extractors.protocol.WorkerProtocol.Greeting;
import io.arketic.extractors.protocol.WorkerProtocol.Recognized;
import io.arketic.extractors.protocol.WorkerProtocol.Request;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Runs a parser process: reads requests from standard input, writes answers to standard output, and ends with its
 * parent, even in the middle of a file.
 */
public final class ParserWorker {

    /**
     * Sets a stack deep enough for documents that people write; deeper nesting ends in a StackOverflowError, which is
     * an answer.
     */
    private static final long STACK_BYTES = 16L << 20;

    private ParserWorker() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(new FileInputStream(FileDescriptor.in)));
        DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16));
        Greeting greeting = WorkerProtocol.readGreeting(in);
        Confinement.enter();
        Thread exitWatch = new Thread(() -> Runtime.getRuntime().halt(WorkerProtocol.EXIT_CALLED), "exit-watch");
        Runtime.getRuntime().addShutdownHook(exitWatch);
        DocumentReader reader = new DocumentReader(greeting.limits(), greeting.passwords());
        WorkerProtocol.writeReady(out);

        LinkedBlockingQueue<Request> requests = new LinkedBlockingQueue<>();
        LinkedBlockingQueue<Recognition> recognitions = new LinkedBlockingQueue<>();
        ParentRecognizer recognizer = new ParentRecognizer(out, recognitions);
        Thread parser = new Thread(null, () -> answerAll(requests, reader, recognizer, out), "parser", STACK_BYTES);
        parser.setDaemon(true);
        parser.start();
        try {
            while (true) {
                FromParent message = WorkerProtocol.readFromParent(in);
                if (message instanceof Request request) {
                    requests.put(request);
                } else if (message instanceof Recognized recognized) {
                    recognitions.put(recognized.recognition());
                }
            }
        } catch (IOException parentIsGone) {
            Runtime.getRuntime().halt(0);
        }
    }

    private static void answerAll(
            LinkedBlockingQueue<Request> requests,
            DocumentReader reader,
            ParentRecognizer recognizer,
            DataOutputStream out) {
        try {
            while (true) {
                Request request = requests.take();
                Answer answer = reader.read(
                        Path.of(request.path()), request.filename(), recognizer, request.lacks(), request.passwords());
                WorkerProtocol.writeAnswer(out, answer);
            }
        } catch (IOException | InterruptedException parentIsGone) {
            Runtime.getRuntime().halt(0);
        } finally {
            // Without this thread the parent would wait for its time limit.
            Runtime.getRuntime().halt(WorkerProtocol.EXIT_FAILED);
        }
    }
}
