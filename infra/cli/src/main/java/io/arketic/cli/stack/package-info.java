/** The stack on this machine: started, stopped, looked into. */
@NullMarked
package io.arketic.cli.stack;

import org.jspecify.annotations.NullMarked;
