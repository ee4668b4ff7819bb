/** Manages accounts: their addresses, passwords and devices, from registration on. */
@NullMarked
package io.arketic.rag.account;

import org.jspecify.annotations.NullMarked;
