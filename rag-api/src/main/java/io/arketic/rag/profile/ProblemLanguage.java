package io.arketic.rag.profile;

import io.arketic.rag.caller.CallerAuthentication;
import io.arketic.rag.caller.Identity.Credential.Session;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Locale;
import org.springframework.dao.DataAccessException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.i18n.AcceptHeaderLocaleResolver;

/**
 * Chooses the language of problems: that of the user's profile, else that of {@code Accept-Language}. Spring asks for it
 * only when a request fails, so other requests do not read the profile.
 */
@Component(DispatcherServlet.LOCALE_RESOLVER_BEAN_NAME)
class ProblemLanguage extends AcceptHeaderLocaleResolver {

    private final Askers askers;

    ProblemLanguage(Askers askers) {
        this.askers = askers;
        setDefaultLocale(Locale.ENGLISH);
        setSupportedLocales(List.of(Locale.ENGLISH, Locale.GERMAN, Locale.forLanguageTag("tr")));
    }

    @Override
    public Locale resolveLocale(HttpServletRequest request) {
        if (SecurityContextHolder.getContext().getAuthentication() instanceof CallerAuthentication known
                && known.getPrincipal().credential() instanceof Session) {
            try {
                Locale own = askers.of(known.getPrincipal().userId()).language();
                if (own != null) {
                    return own;
                }
            } catch (DataAccessException failure) {
                // The problem may be that of the database.
                return super.resolveLocale(request);
            }
        }
        return super.resolveLocale(request);
    }
}
