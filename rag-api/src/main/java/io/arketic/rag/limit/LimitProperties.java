package io.arketic.rag.limit;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Requests a minute that this process takes, of logins all processes together; 0 takes any number.
 *
 * @param login of one address, to everything that is open without a token
 * @param search of one user or API key
 * @param chat of one user or API key
 * @param addressFactor how many users' worth of searches and chats one address may send
 */
@ConfigurationProperties("arketic.limit")
record LimitProperties(
        @DefaultValue("120") int login,
        @DefaultValue("6000") int search,
        @DefaultValue("120") int chat,
        @DefaultValue("5") int addressFactor) {

    LimitProperties {
        if (login < 0 || search < 0 || chat < 0 || addressFactor < 1) {
            throw new IllegalArgumentException("arketic.limit: limits are at least 0, address-factor at least 1");
        }
    }
}
