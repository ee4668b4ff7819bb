package io.arketic.schema.ledger;

import java.util.Optional;

/**
 * Holds what is read before the store is asked about an object.
 *
 * @param epoch of the object; a write that goes back to this look is refused when it is another one by then
 * @param target empty when the key leads to no knowledge base in service; its epoch is this one
 */
public record ObjectLook(long epoch, Optional<KnowledgeTarget> target) {}
