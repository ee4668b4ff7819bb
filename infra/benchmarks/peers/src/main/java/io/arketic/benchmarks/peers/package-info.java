/** Ingests and searches with other products, in their own libraries and as their documentation shows it. */
@NullMarked
package io.arketic.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
