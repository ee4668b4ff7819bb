package io.arketic.rag.letter;

import java.util.UUID;

/**
 * Holds a mail of a workflow to one member.
 *
 * @param step of the run that sends it
 * @param asks whether it asks for a decision: the delivered mail then has a link that decides
 */
public record Letter(UUID executionId, String step, UUID userId, String subject, String content, boolean asks) {}
