/** Asks questions and prints cited answers. */
@NullMarked
package io.arketic.cli.ask;

import org.jspecify.annotations.NullMarked;
