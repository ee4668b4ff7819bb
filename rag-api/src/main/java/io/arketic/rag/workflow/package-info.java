/** Definitions of workflows: what they consist of, when they are valid, and how they are kept. */
@NullMarked
package io.arketic.rag.workflow;

import org.jspecify.annotations.NullMarked;
