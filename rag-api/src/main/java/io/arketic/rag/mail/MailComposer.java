package io.arketic.rag.mail;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Composes messages when they are about to be sent. The names of their kinds are stored with waiting messages, so they
 * last. A composed message is stored before it is sent; it is composed again only after a crash before that.
 */
public interface MailComposer {

    /** Returns for each kind how to compose it from its values; empty if there is no recipient. */
    Map<String, Function<MailValues, Optional<Mail>>> composers();
}
