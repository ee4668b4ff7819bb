/** Tests the Helm chart: what it renders, for which values, and which values it refuses. */
@NullMarked
package io.arketic.helm;

import org.jspecify.annotations.NullMarked;
