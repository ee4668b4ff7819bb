package io.arketic.rag.mail;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Composes messages when they are about to be sent. The names of their kinds are stored with waiting messages, so they
 * last. A message is composed again after a crash, but not after its delivery has failed.
 */
public interface MailComposer {

    /** Returns for each kind how to compose it from its values; empty if there is no recipient. */
    Map<String, Function<MailValues, Optional<Mail>>> composers();
}
