/** Files: dropped, followed through the ledger, extracted. */
@NullMarked
package io.arketic.cli.file;

import org.jspecify.annotations.NullMarked;
