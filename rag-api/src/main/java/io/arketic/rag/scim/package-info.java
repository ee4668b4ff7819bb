/** Serves SCIM 2.0 (RFC 7643, RFC 7644): an organization's directory manages its members and groups. */
@NullMarked
package io.arketic.rag.scim;

import org.jspecify.annotations.NullMarked;
