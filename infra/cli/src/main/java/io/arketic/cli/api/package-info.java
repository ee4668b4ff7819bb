/** Calls the API as the command's own user. */
@NullMarked
package io.arketic.cli.api;

import org.jspecify.annotations.NullMarked;
