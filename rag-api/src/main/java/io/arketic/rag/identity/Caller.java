package io.arketic.rag.identity;

import java.util.UUID;

/** Who sends the request, as its access token proves; controllers take it as an argument. */
public record Caller(UUID userId) {}
