package io.arketic.rag.deployment;

import io.arketic.embeddings.SettingValue;
import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationPropertiesBindHandlerAdvisor;
import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.convert.ConversionException;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;

/**
 * Refuses settings of {@code arketic} with the messages of {@link SettingValue}, and durations without a unit, which
 * would be milliseconds here.
 */
@Component
class SettingBinding implements ConfigurationPropertiesBindHandlerAdvisor {

    private static final ConfigurationPropertyName OURS = ConfigurationPropertyName.of("arketic");

    @Override
    public BindHandler apply(BindHandler handler) {
        return new Handler(handler);
    }

    private static final class Handler extends AbstractBindHandler {

        Handler(BindHandler parent) {
            super(parent);
        }

        @Override
        public @Nullable Object onSuccess(
                ConfigurationPropertyName name, Bindable<?> target, BindContext context, Object result) {
            String given = given(name, context);
            if (result instanceof Duration && given != null) {
                SettingValue.duration(name.toString(), given);
            }
            return super.onSuccess(name, target, context, result);
        }

        @Override
        public @Nullable Object onFailure(
                ConfigurationPropertyName name, Bindable<?> target, BindContext context, Exception error)
                throws Exception {
            String given = given(name, context);
            if (error instanceof ConversionException && given != null) {
                throw SettingValue.refused(
                        name.toString(), given, wanted(target.getType().toClass()));
            }
            return super.onFailure(name, target, context, error);
        }

        /** Returns the written value; null if there is none, or if it refers to another one. */
        private static @Nullable String given(ConfigurationPropertyName name, BindContext context) {
            ConfigurationProperty property = context.getConfigurationProperty();
            return OURS.isAncestorOf(name)
                            && property != null
                            && property.getValue() instanceof CharSequence text
                            && text.toString().indexOf("${") < 0
                    ? text.toString()
                    : null;
        }

        private static String wanted(Class<?> type) {
            if (type == Duration.class) {
                return "a duration such as 30s or PT30S";
            }
            if (type == DataSize.class) {
                return "a size such as 512MB";
            }
            if (type == int.class || type == Integer.class) {
                return "a whole number";
            }
            return type == BigDecimal.class ? "a number" : "one of the values in infra/docs/settings.md";
        }
    }
}
