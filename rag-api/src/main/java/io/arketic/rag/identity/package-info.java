/** Who is calling: accounts, passwords, access and refresh tokens. */
@NullMarked
package io.arketic.rag.identity;

import org.jspecify.annotations.NullMarked;
