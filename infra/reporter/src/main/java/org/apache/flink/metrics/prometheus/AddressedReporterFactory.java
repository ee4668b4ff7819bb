package org.apache.flink.metrics.prometheus;

import java.util.Properties;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;
import org.apache.flink.util.NetUtils;

/** Creates the reporter from {@code metrics.reporter.NAME.host} and {@code .port}, a port or a range of ports. */
public final class AddressedReporterFactory implements MetricReporterFactory {

    @Override
    public MetricReporter createMetricReporter(Properties settings) {
        return new AddressedReporter(
                settings.getProperty("host", "127.0.0.1"),
                NetUtils.getPortRangeFromString(settings.getProperty("port", "9249")));
    }
}
