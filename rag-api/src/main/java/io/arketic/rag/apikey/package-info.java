/** Manages API keys of organizations and personal tokens of users, by which programs act within their scopes. */
@NullMarked
package io.arketic.rag.apikey;

import org.jspecify.annotations.NullMarked;
