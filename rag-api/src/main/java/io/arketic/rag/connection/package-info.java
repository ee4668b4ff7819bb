/** The door: connections, and what peers that send or read slowly may hold while they do. */
@NullMarked
package io.arketic.rag.connection;

import org.jspecify.annotations.NullMarked;
