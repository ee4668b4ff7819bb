/** Defines the one table of permissions; every endpoint names its line of it. */
@NullMarked
package io.arketic.rag.permission;

import org.jspecify.annotations.NullMarked;
