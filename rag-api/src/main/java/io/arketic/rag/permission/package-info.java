/** The one table of who may do what; every endpoint names its line of it. */
@NullMarked
package io.arketic.rag.permission;

import org.jspecify.annotations.NullMarked;
