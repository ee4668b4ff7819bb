package io.arketic.rag.listing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a component of a change that {@code null} clears (RFC 7396). It reaches the change as the empty text, list or
 * object, which means the same; a missing component is null. {@code null} for any other component is refused.
 */
@Documented
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Clearable {}
