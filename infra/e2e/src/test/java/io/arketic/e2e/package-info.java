/** Tests the product from outside: the command, its processes, and their results for real files. */
@NullMarked
package io.arketic.e2e;

import org.jspecify.annotations.NullMarked;
