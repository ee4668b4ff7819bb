/** Contains the {@code arketic} command. */
@NullMarked
package io.arketic.cli;

import org.jspecify.annotations.NullMarked;
