/** Expressions and texts with expressions in them, as the steps of a workflow hold them. */
@NullMarked
package io.arketic.rag.expression;

import org.jspecify.annotations.NullMarked;
