/** Backs up database, objects and keys of the stack, checks the backups, and restores them. */
@NullMarked
package io.arketic.cli.backup;

import org.jspecify.annotations.NullMarked;
