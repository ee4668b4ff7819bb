/** Starts, stops and inspects the stack on this machine. */
@NullMarked
package io.arketic.cli.stack;

import org.jspecify.annotations.NullMarked;
