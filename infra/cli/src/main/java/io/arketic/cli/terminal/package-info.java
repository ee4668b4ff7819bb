/** Contains the process and its terminal: output, exit status, failures. */
@NullMarked
package io.arketic.cli.terminal;

import org.jspecify.annotations.NullMarked;
