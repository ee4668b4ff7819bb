package io.arketic.rag.identity;

import io.arketic.rag.permission.Permission;
import java.util.UUID;

/**
 * Who sends the request, as its access token proves; controllers take it as an argument.
 *
 * @param permission what the endpoint requires, to be held against the caller's role where that is known
 */
public record Caller(UUID userId, Permission permission) {}
