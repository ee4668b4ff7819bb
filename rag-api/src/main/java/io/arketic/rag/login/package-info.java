/** Logs users in: passwords, second factors, refresh tokens, and the limits on failed attempts. */
@NullMarked
package io.arketic.rag.login;

import org.jspecify.annotations.NullMarked;
