/** Drops files, follows them through the ledger, and extracts them. */
@NullMarked
package io.arketic.cli.file;

import org.jspecify.annotations.NullMarked;
