/** Provides what operators and clients see of every request: identifiers, health, documentation. */
@NullMarked
package io.arketic.rag.operations;

import org.jspecify.annotations.NullMarked;
