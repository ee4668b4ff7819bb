/** Keeps the ledger of objects: one row for each version of an object, from the moment it is seen until its end. */
@NullMarked
package io.arketic.schema.ledger;

import org.jspecify.annotations.NullMarked;
