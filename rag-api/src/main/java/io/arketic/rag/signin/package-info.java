/** Signs users in through OpenID Connect providers of the deployment and of organizations. */
@NullMarked
package io.arketic.rag.signin;

import org.jspecify.annotations.NullMarked;
