/** Calls to addresses that users name: none reaches this deployment's own network, and secrets go to their hosts alone. */
@NullMarked
package io.arketic.rag.outbound;

import org.jspecify.annotations.NullMarked;
