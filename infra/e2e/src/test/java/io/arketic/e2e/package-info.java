/** The product from outside: the command, the processes behind it, and what they make of real files. */
@NullMarked
package io.arketic.e2e;

import org.jspecify.annotations.NullMarked;
