package io.arketic.extractors.fork;

import io.arketic.extractors.ExtractLimits;
import io.arketic.extractors.ExtractedDocument;
import io.arketic.extractors.ExtractionException;
import io.arketic.extractors.ExtractionException.Reason;
import io.arketic.extractors.ExtractorSettings;
import io.arketic.extractors.NoParserException;
import io.arketic.extractors.protocol.WorkerProtocol;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Controls one parser process and the pipe to it. Used by one thread at a time. A failure of the process (and not of
 * the file) ends it.
 */
final class ParserFork implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration DEATH_LIMIT = Duration.ofSeconds(10);

    /** Sets how long a file is read before its waiting for a processor is measured: most are read by then. */
    private static final long UNMEASURED = 500_000_000;

    /** Lists the exit statuses of SIGKILL and SIGTERM, which no parser sends. */
    private static final Set<Integer> KILLED = Set.of(137, 143);

    private final ExtractLimits limits;
    private final Process process;
    private final ScratchDirectory scratch;
    private final DataInputStream answers;
    private final DataOutputStream requests;
    private @Nullable Thread pipe;
    private int served;
    private boolean ended;
    private boolean killedFromOutside;

    private ParserFork(ExtractLimits limits, Process process, ScratchDirectory scratch) {
        this.limits = limits;
        this.process = process;
        this.scratch = scratch;
        this.answers = new DataInputStream(new BufferedInputStream(process.getInputStream(), 1 << 16));
        this.requests = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
    }

    static ParserFork start(ExtractorSettings settings) throws InterruptedException {
        try {
            ParserFork fork = launch(settings);
            try {
                fork.greet(settings);
                return fork;
            } catch (IOException | InterruptedException e) {
                fork.close();
                throw e;
            }
        } catch (IOException e) {
            throw new NoParserException("no parser process could be started: " + e.getMessage(), e);
        }
    }

    private static ParserFork launch(ExtractorSettings settings) throws IOException {
        ScratchDirectory scratch = ScratchDirectory.create();
        try {
            return new ParserFork(settings.limits(), ForkCommand.launch(settings, scratch.path()), scratch);
        } catch (IOException e) {
            scratch.close();
            throw e;
        }
    }

    private void greet(ExtractorSettings settings) throws IOException, InterruptedException {
        try {
            within(new FileTime(START_LIMIT), () -> {
                WorkerProtocol.writeGreeting(requests, settings.limits(), settings.passwords());
                WorkerProtocol.readReady(answers);
                return Boolean.TRUE;
            });
        } catch (ExecutionException | TimeoutException e) {
            process.destroyForcibly();
            process.waitFor(DEATH_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            throw new IOException("the class path " + settings.classPath() + " runs no parser: " + complaint(), e);
        }
    }

    /** Returns how many files this process was given, readable or not. */
    int served() {
        return served;
    }

    boolean isUsable() {
        return !ended && process.isAlive();
    }

    /** Returns whether a signal ended it and not the file: the kernel without memory, or an operator. */
    boolean wasKilledFromOutside() {
        return killedFromOutside;
    }

    ExtractedDocument extract(Reading reading, Tesseract tesseract) throws ExtractionException, InterruptedException {
        served++;
        WorkerProtocol.Answer answer;
        FileTime time = new FileTime(limits.timeout());
        try (PageRecognition pages = new PageRecognition(tesseract, reading.languages(), time)) {
            answer = within(time, () -> {
                String path = reading.file().toAbsolutePath().toString();
                WorkerProtocol.writeRequest(
                        requests,
                        new WorkerProtocol.Request(path, reading.filename(), pages.lacks(), reading.passwords()));
                return WorkerProtocol.readAnswer(answers, requests, limits, pages::read);
            });
        } catch (TimeoutException e) {
            kill();
            throw new ExtractionException(Reason.TIME_LIMIT, "not finished within " + time.given());
        } catch (InterruptedException e) {
            kill();
            throw e;
        } catch (ExecutionException e) {
            throw failureOf(e.getCause());
        }
        if (answer instanceof WorkerProtocol.Undecided) {
            // Its directory may be gone: a new process gets a new one.
            kill();
        }
        return answer.documentOrThrow();
    }

    private <T> T within(FileTime time, Callable<T> exchange)
            throws ExecutionException, TimeoutException, InterruptedException {
        FutureTask<T> task = new FutureTask<>(exchange);
        Thread thread = new Thread(task, "parser-pipe");
        thread.setDaemon(true);
        thread.start();
        pipe = thread;
        ProcessorWait wait = null;
        while (true) {
            try {
                long left = time.leftNanos();
                return task.get(wait == null ? Math.min(left, UNMEASURED) : left, TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                if (wait == null) {
                    wait = new ProcessorWait(process.pid());
                }
                if (time.leftNanos() <= 0 && !time.addWaiting(wait.nanos())) {
                    throw e;
                }
            }
        }
    }

    private ExtractionException deathOf() throws InterruptedException {
        boolean exited = process.waitFor(DEATH_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        int status = exited ? process.exitValue() : -1;
        killedFromOutside = KILLED.contains(status);
        kill();
        if (status == WorkerProtocol.EXIT_OUT_OF_MEMORY) {
            return new ExtractionException(
                    Reason.MEMORY_LIMIT, "the parser used up its heap of " + limits.parserHeap() + " bytes");
        }
        String how = !exited
                ? "broke the pipe"
                : status == WorkerProtocol.EXIT_CALLED ? "called System.exit" : "ended with status " + status;
        return new ExtractionException(Reason.PARSER_CRASHED, "the parser process " + how);
    }

    private ExtractionException failureOf(@Nullable Throwable cause) throws InterruptedException {
        if (cause instanceof StreamCorruptedException breach) {
            kill();
            return new ExtractionException(
                    Reason.PARSER_CRASHED, "the parser process sent no answer: " + breach.getMessage());
        }
        if (cause instanceof NoParserException machine) {
            kill();
            throw machine;
        }
        if (cause instanceof Error error) {
            // This process failed, and not the parser.
            kill();
            throw error;
        }
        return deathOf();
    }

    private String complaint() {
        try {
            String text = Files.readString(scratch.path().resolve(ForkCommand.ERROR_FILE), StandardCharsets.UTF_8);
            return text.substring(0, Math.min(text.length(), 2_000)).strip();
        } catch (IOException e) {
            return "it said nothing";
        }
    }

    private void kill() {
        ended = true;
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    @Override
    public void close() {
        kill();
        boolean interrupted = Thread.interrupted();
        try {
            process.waitFor(DEATH_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            if (pipe != null) {
                pipe.join(DEATH_LIMIT.toMillis());
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        scratch.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
