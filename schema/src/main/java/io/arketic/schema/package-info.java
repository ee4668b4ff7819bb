/**
 * Contains the database: migrations, roles and row-level security, tenancy, and the classes that write and search
 * knowledge.
 */
@NullMarked
package io.arketic.schema;

import org.jspecify.annotations.NullMarked;
