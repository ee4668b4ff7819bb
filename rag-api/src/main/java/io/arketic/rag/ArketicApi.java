package io.arketic.rag;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.scheduling.annotation.EnableScheduling;

/** Starts the HTTP API. */
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
public class ArketicApi {

    public static void main(String[] arguments) {
        SpringApplication.run(ArketicApi.class, arguments);
    }
}
