package io.arketic.cli;

import io.arketic.services.FlinkRest;
import io.arketic.services.LocalStack;
import io.arketic.services.StackSettings;

/** The local stack, and how this command reaches its parts. */
record Stack(Checkout checkout, StackSettings settings, LocalStack local) {

    static Stack of(Checkout checkout) {
        try {
            StackSettings settings = StackSettings.fromEnvironment(checkout.root());
            return new Stack(checkout, settings, new LocalStack(settings));
        } catch (IllegalArgumentException e) {
            throw CommandException.unusable(String.valueOf(e.getMessage()));
        }
    }

    static Stack current() {
        return of(Checkout.current());
    }

    ApiClient api() {
        return ApiClient.at(settings.api());
    }

    FlinkRest flink() {
        return FlinkRest.of(settings);
    }

    IngestJobs jobs() {
        return new IngestJobs(flink(), checkout, settings.directory());
    }

    Bucket bucket() {
        return Bucket.of(settings);
    }

    DeadLetterReplay deadLetters() {
        return new DeadLetterReplay(ledger(), settings.kafkaClient());
    }

    Ledger ledger() {
        return new Ledger(settings.owner());
    }
}
