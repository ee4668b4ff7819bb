package io.arketic.rag.outbound;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** A secret that steps refer to by its name. Its value is never given out. */
record WorkflowSecret(UUID id, String name, List<String> allowedHosts, Instant createdAt, Instant updatedAt) {}
