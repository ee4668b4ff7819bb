/** Provides settings, and the connections to the database and to clients that the features share. */
@NullMarked
package io.arketic.rag.deployment;

import org.jspecify.annotations.NullMarked;
