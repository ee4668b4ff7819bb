/** Manages keys by which programs act in an organization, within their scopes. */
@NullMarked
package io.arketic.rag.apikey;

import org.jspecify.annotations.NullMarked;
