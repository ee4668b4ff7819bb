/** Proves the product's promises. */
@NullMarked
package io.arketic.cli.prove;

import org.jspecify.annotations.NullMarked;
