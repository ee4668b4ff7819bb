package io.arketic.cli.operate;

import io.arketic.cli.file.IngestionProgress;
import io.arketic.cli.stack.Bucket;
import io.arketic.cli.stack.Stack;
import io.arketic.cli.terminal.CommandException;
import io.arketic.cli.terminal.ExitStatus;
import io.arketic.cli.terminal.Terminal;
import io.arketic.schema.ledger.ObjectKey;
import io.arketic.schema.ledger.ObjectVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Fills a stack with organizations and documents for development. */
@Command(
        name = "seed",
        mixinStandardHelpOptions = true,
        description = {
            "Fills the running stack with organizations, each with an owner, a knowledge base and its share of the documents,"
                    + " and waits until all are indexed.",
            "Names, addresses and texts are the same at each call with the same numbers; on repeat, what is there stays."
        })
public final class SeedCommand implements Callable<Integer> {

    private static final Duration PAUSE = Duration.ofSeconds(1);

    @Option(names = "--organizations", paramLabel = "N", defaultValue = "5", description = "1 to 100 (default: 5).")
    private int organizations;

    @Option(names = "--documents", paramLabel = "N", defaultValue = "2000", description = "In all (default: 2000).")
    private int documents;

    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "7200", description = "How long to wait.")
    private int timeoutSeconds;

    @Override
    public Integer call() throws Exception {
        if (organizations < 1 || organizations > 100 || documents < 0 || documents > 1_000_000) {
            throw CommandException.unusable("--organizations is 1 to 100, --documents at most 1000000");
        }
        Stack stack = Stack.current();
        var terminal = Terminal.system();
        Instant began = Instant.now();
        List<ObjectVersion> versions = new ArrayList<>();
        try (Bucket bucket = stack.bucket()) {
            for (int number = 0; number < organizations; number++) {
                SeedOrganization organization = SeedOrganization.provide(stack.api(), number);
                terminal.line("%s  %s  password: %s  knowledge base %s"
                        .formatted(
                                organization.name(),
                                organization.email(),
                                SeedOrganization.PASSWORD,
                                organization.knowledgeBase()));
                for (int document = number; document < documents; document += organizations) {
                    String key = new ObjectKey(
                                    organization.slug(), organization.knowledgeBase(), SeedTexts.name(document))
                            .toString();
                    versions.add(bucket.putUnlessSame(key, SeedTexts.text(organization.name(), document)));
                    terminal.progress("  " + versions.size() + "/" + documents + " files in the bucket");
                }
            }
        }
        terminal.finishProgress("  " + versions.size() + " files in the bucket");
        return await(stack, terminal, versions, began);
    }

    private int await(Stack stack, Terminal terminal, List<ObjectVersion> versions, Instant began) throws Exception {
        List<String> keys = versions.stream().map(ObjectVersion::key).toList();
        Instant deadline = began.plusSeconds(timeoutSeconds);
        while (true) {
            IngestionProgress progress =
                    IngestionProgress.of(versions, stack.ledger().ofKeys(keys));
            if (progress.allEnded()) {
                terminal.line(organizations + " organizations with " + versions.size() + " documents in "
                        + Terminal.duration(Duration.between(began, Instant.now())));
                return 0;
            }
            terminal.progress("  " + progress.describe(Duration.between(began, Instant.now())));
            if (Instant.now().isAfter(deadline)) {
                terminal.line("not all have ended in time; they go on");
                return ExitStatus.FAILED;
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        }
    }
}
