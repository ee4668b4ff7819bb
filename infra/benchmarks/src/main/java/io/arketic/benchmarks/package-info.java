/** How fast the product is, as ratios to what its parts could do at best on the same machine at the same time. */
@NullMarked
package io.arketic.benchmarks;

import org.jspecify.annotations.NullMarked;
