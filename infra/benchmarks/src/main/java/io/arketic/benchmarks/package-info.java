/** Measures the product's speed, as ratios to the best that its parts could do on the same machine at the same time. */
@NullMarked
package io.arketic.benchmarks;

import org.jspecify.annotations.NullMarked;
