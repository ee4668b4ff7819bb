package io.arketic.cli.stack;

import io.arketic.cli.api.ApiClient;
import io.arketic.cli.terminal.Checkout;
import io.arketic.cli.terminal.CommandException;
import io.arketic.services.FlinkRest;
import io.arketic.services.LocalStack;
import io.arketic.services.StackSettings;

/** Holds the local stack and the command's access to its parts. */
public record Stack(Checkout checkout, StackSettings settings, LocalStack local) {

    static Stack of(Checkout checkout) {
        try {
            StackSettings settings = StackSettings.fromEnvironment(checkout.root());
            return new Stack(checkout, settings, new LocalStack(settings));
        } catch (IllegalArgumentException e) {
            throw CommandException.unusable(String.valueOf(e.getMessage()));
        }
    }

    public static Stack current() {
        return of(Checkout.current());
    }

    public ApiClient api() {
        return ApiClient.at(settings.api());
    }

    FlinkRest flink() {
        return FlinkRest.of(settings);
    }

    public IngestJobs jobs() {
        return new IngestJobs(flink(), checkout, settings.jobEnvironment(), settings.directory());
    }

    public Bucket bucket() {
        return Bucket.of(settings);
    }

    public DeadLetterReplay deadLetters() {
        return new DeadLetterReplay(ledger(), settings.kafkaClient());
    }

    public Ledger ledger() {
        return new Ledger(settings.owner());
    }
}
