/** Checks a stack for production, looks into its database, and fills it for development. */
@NullMarked
package io.arketic.cli.operate;

import org.jspecify.annotations.NullMarked;
