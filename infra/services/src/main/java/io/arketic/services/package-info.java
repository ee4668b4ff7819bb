/** Starts the real components as separate processes: for the local stack and for the integration tests. */
@NullMarked
package io.arketic.services;

import org.jspecify.annotations.NullMarked;
