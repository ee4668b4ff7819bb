package io.arketic.rag.organization;

import jakarta.servlet.http.HttpServletRequest;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

/** Notes which organization has let the caller of a request in, for requests whose address names none. */
public final class LetIn {

    private static final String ATTRIBUTE = LetIn.class.getName();

    private volatile @Nullable UUID organization;

    public void attachTo(HttpServletRequest request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    /** Has no effect in a thread without a request, and for a request without a note. */
    static void note(UUID organizationId) {
        RequestAttributes request = RequestContextHolder.getRequestAttributes();
        if (request != null && request.getAttribute(ATTRIBUTE, RequestAttributes.SCOPE_REQUEST) instanceof LetIn note) {
            note.organization = organizationId;
        }
    }

    /** Returns null where none has let the caller in. */
    public @Nullable UUID organization() {
        return organization;
    }
}
