package io.arketic.rag.limit;

import io.arketic.embeddings.SettingValue;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Configures the requests a minute, of logins in all processes together, of others in this process, or, with Redis, in all; 0 is
 * no limit.
 *
 * @param login of one address, to everything that is open without a token
 * @param signOutReports of one address
 * @param publicLinks of one address, to what links of the drive open
 * @param search of one user or API key
 * @param chat of one user or API key
 * @param addressFactor how many users' worth of searches and chats one address may send
 */
@ConfigurationProperties("arketic.limit")
record LimitProperties(
        @DefaultValue("120") int login,
        @DefaultValue("600") int signOutReports,
        @DefaultValue("600") int publicLinks,
        @DefaultValue("6000") int search,
        @DefaultValue("120") int chat,
        @DefaultValue("5") int addressFactor) {

    LimitProperties {
        SettingValue.atLeast("arketic.limit.login", login, 0);
        SettingValue.atLeast("arketic.limit.sign-out-reports", signOutReports, 0);
        SettingValue.atLeast("arketic.limit.public-links", publicLinks, 0);
        SettingValue.atLeast("arketic.limit.search", search, 0);
        SettingValue.atLeast("arketic.limit.chat", chat, 0);
        SettingValue.atLeast("arketic.limit.address-factor", addressFactor, 1);
    }
}
